"""A process that ends at any named place leaves a library that catches up by itself (F1).

Each run tries each place and each action, and the day draws which of them together; make faults tries all there are.
"""

import re
from datetime import datetime
from pathlib import Path

import pytest

from docctl.followers.catching_up import catch_up
from docctl.machine.crash_point import EXIT_CODE
from docctl.registers.search.search import find
from tests.actions.retention import test_disposing_of_records
from tests.checks.faults import crew
from tests.factories.databases import copy_library
from tests.factories.kept_libraries import brought_to
from tests.factories.library import HOME, Clock, Founded, Office
from tests.faults.crashes import test_disposal_crashes, test_packing_crashes, test_proof_crashes
from tests.recovery import (
    test_adopting,
    test_backing_up,
    test_fetching,
    test_founding,
    test_replacing_lost_key,
    test_rotating_backups,
    test_told_to_end,
    test_upgrading,
)
from tests.witness import test_serving

PREPARING = ("before objects", "objects unpacked", "objects written")
DECIDING = (
    "write lock taken",
    "decision made",
    "events chained",
    "records written",
    "before objects:2",
    "objects unpacked:2",
    "ledger written",
    "committed",
)
FOLLOWING = (
    "before references move",
    "references moved",
    "references followed",
    "search followed",
    "issued",
    "snapshot written",
    "snapshot followed",
)
LATER = ("references moved:2", "committed:2", "references followed:2", "ledger written:2")
WITHOUT_TEXT = {"before objects:2": "before objects", "objects unpacked:2": "objects unpacked"}
CASES = [
    *((action, point) for action in ("create", "save", "adopt") for point in (*PREPARING, *DECIDING)),
    *(
        (action, WITHOUT_TEXT.get(point, point))
        for action in ("submit", "review", "approve", "revise", "withdraw")
        for point in DECIDING
    ),
    *((action, point) for action in ("approve", "adopt") for point in (*FOLLOWING, *LATER)),
    *(("withdraw", point) for point in FOLLOWING if point != "issued"),
    *(("save", point) for point in FOLLOWING[:4]),
]
WHEN_IT_HAS_HAPPENED = DECIDING.index("committed")
STAGES = {
    "create": "",
    "save": "POL-001",
    "submit": "POL-002",
    "review": "POL-003",
    "approve": "POL-004",
    "revise": "POL-005",
    "withdraw": "POL-006",
    "adopt": "",
}


@pytest.fixture(scope="module")
def library_at_work(founded_library: Founded, once: Path) -> tuple[Path, datetime]:
    """A library with a document in each stage of life, everything caught up with; no test changes it."""
    kept = brought_to(founded_library, once, _live)
    return kept.data, kept.instant


def _live(office: Office, _: Clock) -> None:
    for number, steps in (
        ("POL-001", ()),
        ("POL-002", ()),
        ("POL-003", (crew.submit,)),
        ("POL-004", (crew.submit, crew.review)),
        ("POL-005", (crew.submit, crew.review, crew.approve)),
        ("POL-006", (crew.submit, crew.review, crew.approve)),
    ):
        for step in (crew.create, *steps):
            step(office, number, "")
    crew.recover(office.control.data).control.engine.dispose()


def test_every_named_place_is_tried() -> None:
    named = set()
    for path in (HOME / "docctl").rglob("*.py"):
        named |= set(re.findall(r'(?<!def )crash_point\("([^"]+)"\)', path.read_text()))
    tried = {point.partition(":")[0] for _, point in CASES} | set(test_proof_crashes.POINTS)
    tried |= {point.partition(":")[0] for point in (*test_disposal_crashes.ERASING, *test_packing_crashes.POINTS)}
    tried |= {
        point.partition(":")[0]
        for point in (
            *test_founding.POINTS,
            *test_backing_up.POINTS,
            *test_adopting.POINTS,
            *test_fetching.POINTS,
            test_fetching.APART,
        )
    }
    tried |= {*test_adopting.POINTS, *test_fetching.POINTS, test_fetching.APART, *test_replacing_lost_key.POINTS}
    tried |= {*test_rotating_backups.POINTS, *test_upgrading.POINTS, *test_upgrading.POINTS_OF_TABLES}
    tried |= {test_told_to_end.POINT_OF_A_DRILL}
    tried |= {*test_serving.POINTS, *test_disposing_of_records.ERASING}
    assert tried == named


@pytest.mark.drawn("action", "point", more=6)
@pytest.mark.parametrize(("action", "point"), CASES, ids=lambda each: each.replace(" ", "-"))
def test_a_crash_loses_nothing_and_leaves_nothing_half_done(
    library_at_work: tuple[Path, datetime], tmp_path: Path, action: str, point: str
) -> None:
    data, answers = tmp_path / "data", tmp_path / "answers"
    copy_library(library_at_work[0], data)
    number = STAGES[action] or "POL-100"
    follows = point in (*FOLLOWING, *LATER)
    ended = crew.run(crew.act_and_follow, data, action, number, answers, point, follows)
    assert ended == EXIT_CODE, f"{action} never passes “{point}”"
    office = crew.recover(data)
    assert crew.faults(office.control) == []
    happened = f"request-{action}" in crew.requests_carried_out(office.control)
    assert happened is (follows or point == "committed")
    assert crew.acknowledged(answers) == ([f"request-{action}"] if follows else [])
    if not happened:
        crew.ACTIONS[action](office, number, f"request-{action}")
        crew.recover(data).control.engine.dispose()
        assert crew.faults(office.control) == []
    assert catch_up(office.control) == 0
    in_force = {hit.number for hit in find(office.control, office.person("eve"), "document").hits}
    expected = {"POL-005", "POL-006", number} if action in ("approve", "adopt") else {"POL-005", "POL-006"}
    assert in_force == (expected - {number} if action == "withdraw" else expected)
    office.control.engine.dispose()
