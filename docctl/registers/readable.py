"""Which revisions a person may find, as a condition on the revisions' table; the same rule as domain/permission."""

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased

from docctl.domain.documents.cross_reference import ClauseCitation
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_metadata import Classification
from docctl.domain.documents.document_type import DocumentType, answering_to
from docctl.domain.documents.lifecycle import OPEN_STATES, PUBLISHED_STATES, State
from docctl.domain.documents.revision import Revision
from docctl.domain.people.reader import Reader
from docctl.domain.rights.audit_engagement import DEPARTMENT, DOCUMENT, EVERYTHING, STANDARD, TYPE, entries_of
from docctl.domain.rights.permission import Right, may


def in_audience(person: Reader) -> ColumnElement[bool]:
    """The revision is meant for the person by its classification."""
    if not person.audience:
        return false()
    groups = (func.replace(Revision.audience, f"|{group}|", "") != Revision.audience for group in person.audience)
    return or_(Revision.classification != Classification.RESTRICTED, *groups)


def open_to(person: Reader) -> ColumnElement[bool]:
    """The revision is open to the person in every state: to a controller each, to an auditor those in scope."""
    if person.disabled:
        return false()
    if may(person, Right.READ_EVERYTHING):
        return true()
    return in_scope(person.audit_scope)


def in_scope(scope: frozenset[str]) -> ColumnElement[bool]:
    """The revision falls under an auditor's scope; the same rule as scope_entries()."""
    if not scope:
        return false()
    if EVERYTHING in scope:
        return true()
    types, documents = entries_of(scope, TYPE), entries_of(scope, DOCUMENT)
    departments, standards = entries_of(scope, DEPARTMENT), entries_of(scope, STANDARD)
    wanted: list[ColumnElement[bool]] = []
    if departments:
        wanted.append(Revision.department.in_(departments))
    if documents:
        wanted.append(Revision.document_id.in_(select(Document.id).where(Document.canonical.in_(documents))))
    if types:
        of_types = select(DocumentType.id).where(answering_to(types))
        wanted.append(Revision.document_id.in_(select(Document.id).where(Document.type_id.in_(of_types))))
    if standards:
        citing = select(ClauseCitation.revision_id).where(ClauseCitation.standard.in_(standards))
        wanted.append(Revision.id.in_(citing))
    return or_(*wanted)


def in_force_for(person: Reader) -> ColumnElement[bool]:
    """The revision is in force and the person may read it."""
    if person.disabled:
        return false()
    return and_(Revision.state == State.IN_FORCE, or_(open_to(person), in_audience(person)))


def readable_for(person: Reader) -> ColumnElement[bool]:
    """The person may read the revision, as it stands or as an earlier one; drafts only where they are open to them."""
    if person.disabled:
        return false()
    other = aliased(Revision)
    groups = (func.replace(other.audience, f"|{group}|", "") != other.audience for group in person.audience)
    published = (other.state.in_(PUBLISHED_STATES), or_(*groups)) if person.audience else (false(),)
    later = aliased(Revision)
    of_document = later.document_id == other.document_id
    newer = or_(later.state == State.IN_FORCE, later.number > other.number)
    stands = or_(
        other.state == State.IN_FORCE,
        ~exists(select(1).where(of_document, later.state.in_(PUBLISHED_STATES), newer).correlate(other)),
    )
    meant = select(other.document_id).where(*published, stands)
    earlier = and_(Revision.state.in_(PUBLISHED_STATES), in_audience(person), Revision.document_id.in_(meant))
    return or_(open_to(person), earlier)


def listed_for(person: Reader) -> ColumnElement[bool]:
    """The one revision that stands for its document in a list.

    Readers find what is in force; controllers and auditors also find documents of which nothing is: by their last
    obsolete revision, else by the one being written, else by the last one discarded.
    """
    if not may(person, Right.READ_EVERYTHING) and not person.audit_scope:
        return in_force_for(person)
    return or_(in_force_for(person), and_(open_to(person), _stands_for_its_document()))


def _stands_for_its_document() -> ColumnElement[bool]:
    other = aliased(Revision)

    def nothing(condition: ColumnElement[bool]) -> ColumnElement[bool]:
        return ~exists(select(1).where(other.document_id == Revision.document_id, condition).correlate(Revision))

    later = other.number > Revision.number
    return or_(
        and_(
            Revision.state == State.OBSOLETE,
            nothing(or_(other.state == State.IN_FORCE, and_(other.state == State.OBSOLETE, later))),
        ),
        and_(Revision.state.in_(OPEN_STATES), nothing(other.state.in_(PUBLISHED_STATES))),
        and_(Revision.state == State.DISCARDED, nothing(or_(other.state != State.DISCARDED, later))),
    )
