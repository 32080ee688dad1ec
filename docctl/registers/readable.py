"""Which revisions a person may find, as a condition on the revisions' table; the same rule as domain/permission."""

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased

from docctl.domain.document_metadata import Classification
from docctl.domain.lifecycle import OPEN_STATES, PUBLISHED_STATES, State
from docctl.domain.permission import Right, may
from docctl.domain.revision import Revision
from docctl.domain.user import User


def in_audience(person: User) -> ColumnElement[bool]:
    """The revision is meant for the person by its classification."""
    groups = (func.replace(Revision.audience, f"|{group}|", "") != Revision.audience for group in person.audience)
    return or_(Revision.classification != Classification.RESTRICTED, *groups)


def in_force_for(person: User) -> ColumnElement[bool]:
    """The revision is in force and the person may read it."""
    if person.disabled:
        return false()
    everything = true() if may(person, Right.READ_EVERYTHING) else in_audience(person)
    return and_(Revision.state == State.IN_FORCE, everything)


def listed_for(person: User) -> ColumnElement[bool]:
    """The one revision that stands for its document in a list.

    Readers find what is in force; controllers and auditors also find documents of which nothing is: by their last
    obsolete revision, else by the one being written, else by the last one discarded.
    """
    if not may(person, Right.READ_EVERYTHING):
        return in_force_for(person)
    other = aliased(Revision)

    def nothing(condition: ColumnElement[bool]) -> ColumnElement[bool]:
        return ~exists(select(1).where(other.document_id == Revision.document_id, condition).correlate(Revision))

    later = other.number > Revision.number
    return or_(
        Revision.state == State.IN_FORCE,
        and_(
            Revision.state == State.OBSOLETE,
            nothing(or_(other.state == State.IN_FORCE, and_(other.state == State.OBSOLETE, later))),
        ),
        and_(Revision.state.in_(OPEN_STATES), nothing(other.state.in_(PUBLISHED_STATES))),
        and_(Revision.state == State.DISCARDED, nothing(or_(other.state != State.DISCARDED, later))),
    )
