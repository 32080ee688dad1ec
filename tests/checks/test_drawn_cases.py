"""Of a test with a case for everything each kind is tried in every run, and in time every case."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from tests.checks.drawn_cases import left_out

ACTIONS, POINTS, MORE = ("create", "save", "approve"), ("before", "between", "after", "long after"), 2


@dataclass(eq=False)
class _Case:
    number: int
    mark: pytest.Mark | None
    action: str = ""
    point: str = ""
    database: str = "sqlite"
    test: str = "test_it"

    @property
    def nodeid(self) -> str:
        return f"test_x.py::{self.test}[{self.database}-{self.number}]"

    @property
    def callspec(self) -> Any:
        params = {"action": self.action, "point": self.point, "database": self.database}
        return SimpleNamespace(params=params, id=f"{self.database}-{self.number}")

    def get_closest_marker(self, name: str) -> pytest.Mark | None:
        return self.mark if self.mark is not None and self.mark.name == name else None


@pytest.fixture
def cases() -> list[Any]:
    """A case for each action and each point."""
    mark = pytest.mark.drawn("action", "point", more=MORE).mark
    both = ((action, point) for action in ACTIONS for point in POINTS)
    return [_Case(place, mark, action, point) for place, (action, point) in enumerate(both)]


def _tried(cases: list[Any], day: str) -> list[Any]:
    out = left_out(cases, day)
    return [case for case in cases if case not in out]


@pytest.mark.parametrize("day", [f"2026-11-{day:02}" for day in range(1, 31)])
def test_every_kind_is_tried_every_day(cases: list[Any], day: str) -> None:
    tried = _tried(cases, day)
    assert {case.action for case in tried} == set(ACTIONS)
    assert {case.point for case in tried} == set(POINTS)
    assert len(POINTS) + MORE <= len(tried) < len(cases)


def test_tests_that_share_what_is_dear_draw_alike() -> None:
    def drawn_of(name: str, **more: Any) -> list[int]:
        mark = pytest.mark.drawn(more=3, **more).mark
        its = [_Case(place, mark, test=name) for place in range(12)]
        return [each.number for each in _tried(its, "2026-11-30")]

    assert drawn_of("one", alike="pages") == drawn_of("other", alike="pages")
    assert drawn_of("one") != drawn_of("other")


def test_a_day_draws_the_same_again_and_in_time_every_case(cases: list[Any]) -> None:
    assert _tried(cases, "2026-11-30") == _tried(cases, "2026-11-30")
    days = [_tried(cases, f"2026-11-{day:02}") for day in range(1, 31)]
    assert any(day != days[0] for day in days)
    assert [case for case in cases if not any(case in day for day in days)] == []


def test_a_case_that_was_asked_for_by_itself_is_tried(cases: list[Any]) -> None:
    assert [_tried([case], "2026-11-30") for case in cases] == [[case] for case in cases]


def test_tests_without_the_mark_are_tried_whole() -> None:
    cases = [_Case(number, None) for number in range(5)]
    assert left_out(cases, "2026-11-30") == set()


def test_what_is_for_both_databases_is_tried_on_one_of_them_and_in_time_on_both() -> None:
    mark = pytest.mark.both_databases.mark
    cases = [_Case(number, mark, database=kind) for number in range(20) for kind in ("sqlite", "postgresql")]
    days = [_tried(cases, f"2026-11-{day:02}") for day in range(1, 31)]
    for tried in days:
        assert [case.number for case in tried] == list(range(20))
        assert {case.database for case in tried} == {"sqlite", "postgresql"}
    assert [case for case in cases if not any(case in day for day in days)] == []
