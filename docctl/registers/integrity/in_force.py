"""Checks what is in force by its own rows: one revision of a document, with every signature, none by an author."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.registers.integrity.finding import Finding, broken


def check_in_force(revision: Revision) -> Iterator[Finding]:
    """Find a revision in force without all signatures for exactly its files, unless it was adopted."""
    if revision.state != State.IN_FORCE or revision.adopted_evidence or revision.current is None:
        return
    signatures = revision.valid_signatures
    counted = [signature.step for signature in signatures]
    counted_persons = [person for each in signatures for person in (each.person, each.in_place_of_person) if person]
    persons = set(counted_persons)
    complete = bool(revision.asked) and all(
        counted.count(place) >= step.needed for place, step in enumerate(revision.asked)
    )
    if not complete or len(persons) != len(counted_persons):
        sentence = f"{revision.name} is in force without all signatures of its route for exactly its files."
        yield broken("I4", revision.name, sentence)
    if persons & revision.author_persons:
        yield broken("I4", revision.name, f"{revision.name} is in force signed by somebody who wrote it.")


def check_one_in_force(session: Session) -> Iterator[Finding]:
    """Find documents with more than one revision in force."""
    query = (
        select(Revision.document_id)
        .where(Revision.state == State.IN_FORCE)
        .group_by(Revision.document_id)
        .having(func.count(Revision.id) > 1)
    )
    for document_id in session.scalars(query):
        yield broken("I5", f"document {document_id}", f"Document {document_id} has more than one revision in force.")
