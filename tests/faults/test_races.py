"""Several processes want the same thing at once: exactly one gets it, and the others are told why not (F7)."""

import random
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from docctl.domain.documents.revision import Revision
from docctl.domain.errors import AlreadyDoneError
from tests.checks.faults import contests, crew
from tests.checks.faults.contests import DONE, Told, together
from tests.factories.databases import copy_library
from tests.factories.library import Office

pytestmark = pytest.mark.both_databases

WORKERS, MOVES = 4, 12
NUMBERS = ("POL-001", "POL-002", "POL-003")


def _create_each(office: Office, told: Told, worker: int, _: Any) -> None:
    for number in NUMBERS:
        told.attempt(crew.create, office, number, f"create-{number}-by-{worker}")


def _ask_again(office: Office, told: Told, *_: Any) -> None:
    told.attempt(crew.create, office, "POL-001", "the same request")


@pytest.fixture
def data(founded_library: tuple[Path, dict[str, int], datetime], tmp_path: Path) -> Path:
    """The data folder of a library of this test's own."""
    copy_library(founded_library[0], tmp_path / "data")
    return tmp_path / "data"


def test_a_document_approved_by_many_at_once_is_approved_once(data: Path) -> None:
    assert contests.races(data, WORKERS, NUMBERS) == []
    office = crew.office_at(data)
    for number in NUMBERS:
        with office.control.reading() as session:
            revision = session.get(Revision, crew.newest(office, number))
            assert sorted(signature.kind for signature in revision.valid_signatures) == ["approve", "review"]


def test_a_number_wanted_by_many_at_once_is_given_once(data: Path) -> None:
    told = [each.words for each in together(data, WORKERS, _create_each)]
    for place in range(len(NUMBERS)):
        assert Counter(words[place] for words in told) == {DONE: 1, "NumberTakenError": WORKERS - 1}
    assert crew.faults(crew.recover(data).control) == []


def test_a_request_sent_many_times_is_carried_out_once(data: Path) -> None:
    told = [each.words for each in together(data, WORKERS, _ask_again)]
    assert Counter(words[0] for words in told) == {DONE: 1, AlreadyDoneError.__name__: WORKERS - 1}
    assert crew.faults(crew.recover(data).control) == []


def test_many_at_anything_leave_one_line_of_history(data: Path) -> None:
    seed = random.randrange(10_000)
    everybody, wrong = contests.crowd(data, WORKERS, NUMBERS, MOVES, seed)
    assert wrong == [], f"seed {seed}"
    assert sum(told.words.count(DONE) for told in everybody) > WORKERS, f"seed {seed}"
