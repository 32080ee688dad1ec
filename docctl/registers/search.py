"""Search: what people may find, as far as they may see it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from docctl.document_control import DocumentControl
from docctl.domain.audit_trail import Event
from docctl.domain.document import Document
from docctl.domain.permission import Right, may
from docctl.domain.revision import Revision
from docctl.domain.search_entry import SearchHit, SearchResults
from docctl.domain.search_facts import HIDDEN_NOW, IN_SCOPE
from docctl.domain.user import User
from docctl.registers.readable import in_force_for


def find(
    control: DocumentControl,
    person: User,
    query: str,
    *,
    filters: Mapping[str, Sequence[str]] | None = None,
    every_revision: bool = False,
    page: int = 1,
    per_page: int = 20,
) -> SearchResults:
    """Find revisions in force that the person may see; controllers and auditors may search every revision."""
    every_revision = every_revision and may_search_every_revision(person)
    return control.index.search(
        query,
        _groups_of(control, person),
        every_revision=every_revision,
        filters=filters or {},
        page=page,
        per_page=per_page,
    )


def may_search_every_revision(person: User) -> bool:
    """Say whether the person may search more than what is in force: a controller all, an auditor what is in scope."""
    return may(person, Right.READ_EVERYTHING) or bool(person.audit_scope)


def _groups_of(control: DocumentControl, person: User) -> frozenset[str] | None:
    """The groups of readers by which the index knows what the person may find; None for all there is."""
    if may(person, Right.READ_EVERYTHING):
        return None
    return person.audience | {IN_SCOPE + entry for entry in person.audit_scope} | _hidden_since(control, person)


def _hidden_since(control: DocumentControl, person: User) -> set[str]:
    """The documents that the person may no longer read as they are now, which the index has not heard of yet."""
    with control.reading() as session:
        touched = select(Event.document_id).where(Event.seq > control.index.watermark())
        readable = select(Revision.document_id).where(in_force_for(person))
        hidden = select(Document.number).where(Document.id.in_(touched), Document.id.not_in(readable))
        return {HIDDEN_NOW + number for number in session.scalars(hidden)}


def titles_starting_with(
    control: DocumentControl, person: User, beginning: str, limit: int = 8
) -> tuple[tuple[str, str], ...]:
    """Return numbers and titles that begin so, for typing ahead."""
    return control.index.titles_starting_with(beginning, _groups_of(control, person), limit)


def find_all(control: DocumentControl, query: str, *, limit: int = 20, every_revision: bool = False) -> SearchResults:
    """Find on the command line, where whoever may run it may read the data folder."""
    return control.index.search(query, None, every_revision=every_revision, per_page=max(1, limit), any_word=True)


def as_row(hit: SearchHit) -> dict[str, Any]:
    """Return a hit as scripts read it."""
    return {
        "number": hit.number,
        "revision": hit.revision,
        "title": hit.title,
        "section": hit.section,
        "score": hit.score,
        "highlight": hit.highlight,
    }
