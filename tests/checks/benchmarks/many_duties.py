"""What *My tasks* and the register of work cost with 50,000 open duties of 5,000 people for 10,000 documents.

``python -m tests.checks.benchmarks.many_duties [--rounds N]``; the exit is 1 where a limit is exceeded. The rows are
written straight into the tables: what is measured only reads them. The list of all documents stands beside, so that a
slow machine shows.
"""

import argparse
import gc
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from docctl.domain.documents.document import Document
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.mapping import Record
from docctl.domain.people.duty import Duty, DutyState, Kind
from docctl.domain.people.user import User
from docctl.registers.documents.master_list import master_list
from docctl.registers.duties.work_in_progress import WorkFilters, work_in_progress
from docctl.registers.people.work_queue import work_queue
from tests.factories.databases import SQLITE, new_database
from tests.factories.library import Office, found_library, people_of

PEOPLE, DOCUMENTS, ASKED = 5_000, 10_000, 5
IN_FORCE_TOO = 2_000
LIMITS = {
    "my tasks of a reviewer": 50,
    "my tasks of a controller": 50,
    "the register of work": 100,
    "the register of one person": 100,
    "the register of what is overdue": 100,
}
MEANING = "I have reviewed this revision and found it fit for use."


def fill(office: Office) -> None:
    """Let 5,000 people owe five reviews of each of 10,000 documents, and some documents be due for review."""
    now, chance = office.control.now(), random.Random(5)
    with office.control.remembering() as session:
        kind = session.scalars(select(DocumentType.id).where(DocumentType.name == "policy")).one()
        first = 1 + (session.scalar(select(func.max(User.id))) or 0)
        people = range(first, first + PEOPLE)
        _add(session, User, ({
            "id": each, "login": f"p{each}", "name": f"Person {each}", "email": "", "person": f"p{each}",
            "department": "Quality", "roles": ["reviewer", "author"], "created_at": now,
        } for each in people))  # fmt: skip
        every = range(1, DOCUMENTS + IN_FORCE_TOO + 1)
        _add(session, Document, ({
            "id": each, "number": f"POL-{each:05}", "canonical": f"POL-{each:05}", "type_id": kind, "created_at": now,
        } for each in every))  # fmt: skip
        asked = {each: chance.sample(people, ASKED) for each in every}
        _add(session, Revision, ({
            "id": each, "document_id": each, "number": 1, "title": f"Policy {each}", "opened_at": now,
            "state": State.IN_REVIEW if each <= DOCUMENTS else State.IN_FORCE, "department": "Quality", "round": 1,
            "opened_by_id": people[each % PEOPLE], "submitted_at": now, "submitted_by_id": people[each % PEOPLE],
            "asked_rows": [{"kind": "review", "meaning": MEANING, "needed": 1, "people": asked[each],
                            "roles": ["reviewer"], "rule": f"1 of {ASKED}"}],
            "review_due": date(2026, 3, 2) + timedelta(days=each % 700), "in_force_at": now,
        } for each in every))  # fmt: skip
        _add(session, SavedDraft, ({
            "id": each, "revision_id": each, "number": 1, "author_id": people[each % PEOPLE], "saved_at": now,
            "reason": "First draft", "source": "browser", "commit": "0" * 40, "fingerprint": "0" * 64, "file_rows": [],
        } for each in every))  # fmt: skip
        session.execute(Revision.__table__.update().values(current_id=Revision.__table__.c.id))  # type: ignore[attr-defined]
        _add(session, Duty, _duties(asked, now))


def _duties(asked: dict[int, list[int]], now: object) -> Iterator[dict[str, Any]]:
    common = {"fingerprint": "0" * 64, "since": now, "opened_by": 1, "state": DutyState.OPEN, "why": MEANING}
    for revision, people in asked.items():
        if revision > DOCUMENTS:
            due = date(2026, 3, 2) + timedelta(days=revision % 700)
            yield {**common, "revision_id": revision, "kind": Kind.PERIODIC_REVIEW, "user_id": None, "step": None,
                   "due": due}  # fmt: skip
            continue
        for account in people:
            yield {**common, "revision_id": revision, "kind": Kind.REVIEW, "user_id": account, "step": 0,
                   "asks_roles": "reviewer", "due": date(2026, 3, 1) + timedelta(days=revision % 30)}  # fmt: skip


def _add(session: Session, kind: type[Record], rows: Iterator[dict[str, Any]]) -> None:
    session.execute(insert(kind), list(rows))


def measured(rounds: int, read: Callable[[], object]) -> float:
    """Return the milliseconds of the processor within which 95 of 100 readings end."""
    took = []
    for _ in range(rounds):
        began = time.process_time()
        read()
        took.append((time.process_time() - began) * 1000)
    return statistics.quantiles(took, n=20)[-1]


def measure(rounds: int) -> int:
    """Measure and print each figure with its limit; return 1 where one is exceeded."""
    with tempfile.TemporaryDirectory(prefix="docctl-bench-") as folder:
        data = Path(folder) / "data"
        new_database(data, SQLITE, Path(folder))
        control = found_library(data)
        office = Office(control, people_of(control))
        fill(office)
        gc.collect()
        with control.reading() as session:
            reviewers = list(session.scalars(select(User.id).where(User.login.startswith("p"))))
        carla = office.people["carla"]

        def tasks_of(account: int) -> object:
            with control.reading() as session:
                return work_queue(control, session, control.reader(session, account))

        def register(**asked: Any) -> object:
            with control.reading() as session:
                return work_in_progress(control, session, control.reader(session, carla), WorkFilters(**asked), 1)

        def documents() -> object:
            with control.reading() as session:
                return master_list(control, session, control.reader(session, carla))

        list_took = measured(rounds, documents)
        figures = {
            "my tasks of a reviewer": measured(rounds, lambda: tasks_of(random.choice(reviewers))),
            "my tasks of a controller": measured(rounds, lambda: tasks_of(carla)),
            "the register of work": measured(rounds, register),
            "the register of one person": measured(rounds, lambda: register(person="Person 1234")),
            "the register of what is overdue": measured(rounds, lambda: register(overdue=True)),
        }
        control.engine.dispose()
    for what, took in figures.items():
        print(
            f"{what}: {took:.1f} ms of the processor p95, at most {LIMITS[what]} ms; {took / list_took:.2f} of the list"
        )
    print(f"the list of documents, to compare: {list_took:.1f} ms")
    return int(any(took > LIMITS[what] for what, took in figures.items()))


def main() -> int:
    """Measure; the exit is 0 where every limit is kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    return measure(parser.parse_args().rounds)


if __name__ == "__main__":
    sys.exit(main())
