"""Search: what people may find, as far as they may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.document_control.departments import departments
from docctl.document_control.index_place import is_of_this_trail
from docctl.domain.documents.document import Document
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.people.reader import Reader
from docctl.domain.rights.permission import Right, may
from docctl.domain.search.entry import SearchHit, SearchNote, SearchResults
from docctl.domain.search.facts import IN_SCOPE
from docctl.domain.trail.audit_trail import CHAIN_HEAD_ID, ChainHead
from docctl.registers.readable import in_force_for, open_to

MOST_KEPT = 64
_Key = tuple[str, object, bool]
_KEPT: WeakKeyDictionary[DocumentControl, dict[_Key, frozenset[int]]] = WeakKeyDictionary()


def find(
    control: DocumentControl,
    person: Reader,
    query: str,
    *,
    filters: Mapping[str, Sequence[str]] | None = None,
    every_revision: bool = False,
    page: int = 1,
    per_page: int = 20,
) -> SearchResults:
    """Find revisions in force that the person may see; controllers and auditors may search every revision."""
    every_revision = every_revision and may_search_every_revision(person)
    with control.reading() as session:
        among, earlier = _among(control, session, person, every_revision), departments(session).earlier
    results = control.index.search(
        query,
        _groups_of(person),
        among=among,
        earlier=earlier,
        every_revision=every_revision,
        filters=filters or {},
        page=page,
        per_page=per_page,
    )
    return _as_they_stand(control, results, every_revision)


def may_search_every_revision(person: Reader) -> bool:
    """Say whether the person may search more than what is in force: a controller all, an auditor what is in scope."""
    return may(person, Right.READ_EVERYTHING) or bool(person.audit_scope)


def titles_starting_with(
    control: DocumentControl, person: Reader, beginning: str, limit: int = 8
) -> tuple[tuple[str, str], ...]:
    """Return numbers and titles that begin so, for typing ahead."""
    with control.reading() as session:
        among = _among(control, session, person, False)
    return control.index.titles_starting_with(beginning, _groups_of(person), limit, among=among)


def find_all(control: DocumentControl, query: str, *, limit: int = 20, every_revision: bool = False) -> SearchResults:
    """Find on the command line, where whoever may run it may read the data folder."""
    with control.reading() as session:
        among, earlier = _among(control, session, None, every_revision), departments(session).earlier
    results = control.index.search(
        query, None, among=among, every_revision=every_revision, per_page=max(1, limit), any_word=True, earlier=earlier
    )
    return _as_they_stand(control, results, every_revision)


def indexed(control: DocumentControl, session: Session) -> tuple[int, int]:
    """Return how many of the documents in force are in the index, and how many there are."""
    among = _among(control, session, None, False)
    return control.index.count(None, among=among), len(among)


def _groups_of(person: Reader) -> frozenset[str] | None:
    """The groups of readers by which the index knows what the person may find; None for all there is."""
    if may(person, Right.READ_EVERYTHING):
        return None
    return person.audience | {IN_SCOPE + entry for entry in person.audit_scope}


def _among(control: DocumentControl, session: Session, person: Reader | None, every_revision: bool) -> frozenset[int]:
    """Return what the tables let the person find at this moment, whatever the index has heard of; None may find all.

    Rights and states change with an event only, so what was read is kept until the next one.
    """
    is_of_this_trail(control.index, session)
    head = session.get(ChainHead, CHAIN_HEAD_ID)
    seen_by = person and (person.disabled, may(person, Right.READ_EVERYTHING), person.audience, person.audit_scope)
    key = (head.chain if head else "", seen_by, every_revision)
    kept = _KEPT.setdefault(control, {})
    if key not in kept:
        if len(kept) >= MOST_KEPT or any(other[0] != key[0] for other in kept):
            kept = _KEPT[control] = {}
        in_force = in_force_for(person) if person else Revision.state == State.IN_FORCE
        kept[key] = frozenset(session.scalars(select(Revision.id).where(in_force)))
        if every_revision:
            written = (
                select(Revision.id)
                .join(Document)
                .where(
                    Revision.state != State.DISCARDED, Revision.current_id.is_not(None), Document.disposed_at.is_(None)
                )
            )
            kept[key] |= set(session.scalars(written.where(open_to(person)) if person else written))
    return kept[key]


def _as_they_stand(control: DocumentControl, results: SearchResults, every_revision: bool) -> SearchResults:
    """Return results with the states of this moment, and with a note where the index does not hold all yet."""
    ids = [hit.revision_id for hit in results.hits]
    with control.reading() as session:
        states = {
            one.id: one.state
            for one in session.execute(select(Revision.id, Revision.state).where(Revision.id.in_(ids)))
        }
    hits = tuple(replace(hit, state=str(states.get(hit.revision_id, hit.state))) for hit in results.hits)
    notes = tuple(note for note in results.notes if note.kind != "rebuilding")
    if results.indexed < results.among:
        kind = "half-built revisions" if every_revision else "half-built"
        notes = (SearchNote(kind, f"{results.indexed:,} of {results.among:,}"), *notes)
    return replace(results, hits=hits, notes=notes)


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
