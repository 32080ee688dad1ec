"""Events of people apart from their accounts."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.form import Apart
from docctl.domain.trail.events.recorded import Details


@dataclass(frozen=True)
class Particulars:
    """A person as they were at the time of an event."""

    person: Annotated[int, "The number of the person."]
    name: Annotated[str, "The printed name."]
    personnel_number: Annotated[str, "The personnel number, empty where there is none.", Apart("", "")]
    email: Annotated[str, "The mail address, empty where there is none.", Apart("", "")]
    language: Annotated[str, "The language, empty for that of the organisation.", Apart("", "")]
    supervisor: Annotated[int | None, "The number of the person who supervises them.", Apart(None, None)]
    started_on: Annotated[date | None, "The first day on which they worked here.", Apart(None, None)]


@dataclass(frozen=True)
class PersonAdded(Particulars, Details, act=Act.PERSON_ADDED):
    """A person was added who has no account so far; the subject is `person:` and the number."""


@dataclass(frozen=True)
class PersonChanged(Details, act=Act.PERSON_CHANGED):
    """Particulars of a person were changed; name and mail address of their accounts by events of their own."""

    old: Annotated[Particulars, "The person before."]
    new: Annotated[Particulars, "The person from then on."]


@dataclass(frozen=True)
class PersonEnded(Details, act=Act.PERSON_ENDED):
    """It was said which day is the last on which a person works here."""

    person: Annotated[int, "The number of the person."]
    name: Annotated[str, "The printed name."]
    last_day: Annotated[date | None, "The last day.", Apart(None, None)]


@dataclass(frozen=True)
class PersonEndTakenBack(Details, act=Act.PERSON_END_TAKEN_BACK):
    """A person works here without a last day again."""

    person: Annotated[int, "The number of the person."]
    name: Annotated[str, "The printed name."]
