"""Issuing what was adopted: the verdict on a document in force names what keeps its files from being issued."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.actions.issued_files.issuing import issue
from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import LibraryBusyError
from docctl.domain.intake.adoption_plan import ADOPTED, AdoptionVerdict
from docctl.domain.intake.import_verdict import IMPORTED, Verdict

log = logging.getLogger(__name__)
_NUMBERS_AT_ONCE = 500
AnyVerdict = TypeVar("AnyVerdict", Verdict, AdoptionVerdict)


def issued(control: DocumentControl, verdicts: Iterable[AnyVerdict]) -> Iterator[AnyVerdict]:
    """Make and read back the files of each document that was adopted, and name in its verdict what is in the way.

    What is in the way is on record then: the document is in force, and none of its files is given out before a
    controller lets the difference stand or sends it back.
    """
    for verdict in verdicts:
        with control.reading() as session:
            waiting = [each.id for each in _in_force(session, [verdict]) if not each.issued_commit]
        for revision_id in waiting:
            try:
                issue(control, revision_id)
            except LibraryBusyError as refusal:
                log.warning("The files of %s are left to the followers: %s", verdict.number, refusal)
        yield from with_what_holds_up(control, [verdict])


def with_what_holds_up(control: DocumentControl, verdicts: Sequence[AnyVerdict]) -> list[AnyVerdict]:
    """Return verdicts that name what keeps files from being issued, as far as it is known now."""
    with control.reading() as session:
        troubled = {
            each.document.canonical: each.held_up_by.in_words(each.name)
            for each in _in_force(session, verdicts)
            if each.issue_trouble
        }
    return [replace(each, held_up=troubled.get(_made(each), "")) for each in verdicts]


def files_awaited(control: DocumentControl, verdicts: Sequence[AnyVerdict]) -> int:
    """Return how many documents in force wait for files of which nobody knows yet what they say."""
    with control.reading() as session:
        found = _in_force(session, verdicts)
        return sum(not each.issued_commit and not each.issue_trouble for each in found)


def _made(verdict: Verdict | AdoptionVerdict) -> str:
    """The number of the document that was made; a file that was refused may name that of another one."""
    return verdict.number.upper() if verdict.status in (IMPORTED, ADOPTED) else ""


def _in_force(session: Session, verdicts: Sequence[Verdict] | Sequence[AdoptionVerdict]) -> Iterator[Revision]:
    wanted = sorted(set(map(_made, verdicts)) - {""})
    in_force = select(Revision).join(Document).where(Revision.state == State.IN_FORCE)
    for at in range(0, len(wanted), _NUMBERS_AT_ONCE):
        yield from session.scalars(in_force.where(Document.canonical.in_(wanted[at : at + _NUMBERS_AT_ONCE])))
