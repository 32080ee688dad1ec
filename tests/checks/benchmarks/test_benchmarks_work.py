"""The benchmarks of pages and actions still run: what they call changes more often than it is measured."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from docctl.document_control import DocumentControl
from docctl.followers import git_refs, packing
from docctl.followers.watermark import head_seq
from tests.checks.benchmarks import __main__ as bench
from tests.checks.benchmarks import every_page, many_duties, packed_library
from tests.checks.benchmarks.every_page import LIMITS, MEASURE, MEMORY_MEGABYTES, Cost, Pages
from tests.checks.benchmarks.library_of import build_library
from tests.checks.benchmarks.memory_of_served import Memory


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DocumentControl]:
    """A small library, built as the large ones are."""
    control = build_library(tmp_path_factory.mktemp("small") / "library", 10)
    yield control
    control.engine.dispose()


def test_every_page_and_action_that_is_measured_can_be(
    small: DocumentControl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "ROUNDS", 1)
    monkeypatch.setattr(bench, "ACTION_ROUNDS", 2)
    measured = bench.Bench(small)
    assert {name: len(seconds) > 0 for name, seconds in measured.measures()} == dict.fromkeys(bench.TARGETS_MS, True)
    assert min(measured.pdf_of_ten_pages()) > 0
    assert measured.import_speed(tmp_path, count=2) > 0


def test_each_page_that_is_read_exists_in_the_library_and_is_measured(
    small: DocumentControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(every_page, "ROUNDS", 2)
    monkeypatch.setattr(every_page, "WARMING", 0)
    pages = Pages(small)
    measured = {page for page, cost in pages.costs() if cost.p95 > 0}
    assert measured == {rule.endpoint for rule in pages.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert LIMITS.keys() < measured


def test_what_the_ledger_takes_once_it_is_packed_can_be_measured(small: DocumentControl) -> None:
    while git_refs.follow(small):
        continue
    packing.pack(small, sweeping=True)
    ledger = packed_library.ledger_of(small.data)
    with small.reading() as session:
        assert ledger.events == head_seq(session)
    assert 500 < ledger.each < 2 * packed_library.BYTES_AN_EVENT
    assert packed_library.cloned(small.data) > 0


def _cost(milliseconds: float) -> Cost:
    return Cost([milliseconds] * 20, [milliseconds] * 20)


def test_a_page_that_grows_or_is_slow_and_memory_that_grows_exceed_their_limits() -> None:
    kept = {MEASURE: [_cost(4), _cost(4)], "documents.show": [_cost(20), _cost(50)]}
    assert list(every_page.breaches(kept)) == []
    grown = list(every_page.breaches({**kept, "documents.show": [_cost(20), _cost(70)]}))
    assert grown == ["documents.show costs 3.5 times as much (limit 3)"]
    slow = list(every_page.breaches({**kept, "documents.show": [_cost(100), _cost(120)]}))
    assert slow == ["documents.show costs 30 times what signing in costs (limit 25)"]
    memory = [Memory((200 * 1024,)), Memory((100 * 1024, 150 * 1024))]
    assert list(every_page.breaches_of_memory(memory)) == []
    too_much = Memory((MEMORY_MEGABYTES * 1024, 1024))
    assert len(list(every_page.breaches_of_memory([memory[0], too_much]))) == 2


def test_duties_of_many_people_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many_duties, "PEOPLE", 20)
    monkeypatch.setattr(many_duties, "DOCUMENTS", 30)
    monkeypatch.setattr(many_duties, "IN_FORCE_TOO", 10)
    monkeypatch.setattr(many_duties, "LIMITS", dict.fromkeys(many_duties.LIMITS, 10_000))
    assert many_duties.measure(rounds=2) == 0
