"""The units of the organisation as the tables have them, and what became of a department since an event said it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.domain.documents.document_metadata import checked_line
from docctl.domain.errors import InvalidInputError
from docctl.domain.people.unit import Departments, Unit, UnitKind, UnitsOfAKind
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.reading import read_event
from docctl.domain.trail.events.units import UnitMerged, UnitRenamed

_MOVE_PEOPLE = (Act.UNIT_RENAMED, Act.UNIT_MERGED)


def departments(session: Session) -> Departments:
    """Return the departments there are and were, and which of them a name means."""
    return Departments(session.scalars(select(Unit)))


def units_of_a_kind(session: Session, kind: str) -> UnitsOfAKind:
    """Return the units of a kind there are and were, and which of them a name means."""
    return UnitsOfAKind(session.scalars(select(Unit)), kind)


def checked_department(session: Session, name: str, before: str = "") -> str:
    """Return the department that an account is put into, by its present name; what it says already stays as it is.

    Raises InvalidInputError where there is no such department.
    """
    name = checked_line(name.strip())
    if name in ("", before):
        return name
    found = departments(session).meant_by(name)
    if found is None:
        raise InvalidInputError(
            "There is no department “%(name)s”; choose one of the list, or add it first.", name=name
        )
    return found.name


def called_since(session: Session, department: str, seq: int) -> str:
    """Return what an account says of its department now that said this at an event: the events since then tell."""
    if not department:
        return department
    of_departments = Event.subject.startswith(f"{UnitKind.DEPARTMENT}:")
    later = select(Event).where(Event.act.in_(_MOVE_PEOPLE), of_departments, Event.seq > seq)
    for event in session.scalars(later.order_by(Event.seq)):
        match read_event(event).details:
            case UnitRenamed(old=old, new=new) if old == department:
                department = new
            case UnitMerged(name=name, into_name=into) if name == department:
                department = into
    return department
