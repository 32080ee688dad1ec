"""An event as it was recorded: what every event says, and the details that only an event of its act says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.form import Apart, Row, form_of
from docctl.domain.trail.record import GONE

CLASSES: dict[Act, type["Details"]] = {}


class Details:
    """What an event of one act says beside what every event says; each act has one class of its own."""

    act: ClassVar[Act]
    reason_is_issued: ClassVar[bool] = False
    """Whether the reason is printed in the document's own signed and issued files, and so stands in the event."""

    def __init_subclass__(cls, act: Act | None = None) -> None:
        """Keep the class as that of its act; a class that names none is what several acts have in common."""
        if act is not None:
            if act in CLASSES:
                raise TypeError(f"{act} has two classes")
            cls.act = act
            CLASSES[act] = cls


D_co = TypeVar("D_co", bound=Details, covariant=True)


@dataclass(frozen=True, kw_only=True)
class Common:
    """What every event says."""

    seq: Annotated[int, "The event's place in the trail; the first has the number 1."]
    time: Annotated[datetime, "When it happened, in UTC; never before the time of the event before it."]
    actor: Annotated[int | None, "The number of the account that acted; null where docctl did by itself."]
    actor_name: Annotated[str, "The printed name of whoever acted."]
    actor_roles: Annotated[list[str], "The roles of the account at that time."]
    action: Annotated[Act, "What was done: one of the acts below."]
    subject: Annotated[str, "What it was done to, in words."]
    document: Annotated[str | None, "The number of the document it is about."]
    revision: Annotated[int | None, "The number of the revision it is about."]
    reason: Annotated[str, "The reason or comment that was given, empty where none was.", Apart("", GONE)]
    request_id: Annotated[str | None, "The key of the form that was sent; no two events have the same."]
    request: Annotated[
        str | None,
        "SHA-256 of what the form asked for, so that its key does nothing else; "
        "it lies in the record where something else does, because words could be guessed from it.",
        Apart(None, None),
    ] = None
    authority: Annotated[
        list[int] | None,
        "The events that gave the authority: the one that last gave the account its roles; for whom a delegate signed "
        "or an auditor is engaged, the one that said so; for what was submitted, those of its route and type.",
    ] = None
    credential: Annotated[
        list[int] | None,
        "The events that set what the actor showed: the password and second factor asked for with this act, else the "
        "sign-in of the session; empty where nothing was asked for, as with a command of whoever has the machine.",
    ] = None
    actor_login: Annotated[str | None, "The login of that account, which only events of earlier versions say."] = None
    record: Annotated[str | None, "SHA-256 of the event's record, where it has one."] = None


@dataclass(frozen=True, kw_only=True)
class Recorded(Common, Generic[D_co]):
    """One event: what every event says, its details, and aside what no field is known for."""

    details: D_co
    is_without_record: bool = False
    aside: Mapping[str, Any] = field(default_factory=dict)

    @property
    def number(self) -> str:
        """The number of the document it is about; raises ValueError where it names none."""
        if self.document is None:
            raise ValueError("it names no document")
        return self.document

    @property
    def key(self) -> tuple[str, int]:
        """The document and the number of the revision it is about; raises ValueError where it names none."""
        if self.revision is None:
            raise ValueError("it names no revision")
        return self.number, self.revision

    @property
    def account(self) -> int:
        """The number of the account that acted; raises ValueError where docctl did by itself."""
        if self.actor is None:
            raise ValueError("nobody acted")
        return self.actor

    def as_json(self) -> Row:
        """Return as plain values all that the event and its record say."""
        return form_of(Common).write(self) | form_of(type(self.details)).write(self.details)

    def split(self) -> tuple[Row, Row]:
        """Return as plain values what the event says for ever, and what its record says apart from that."""
        common, apart = form_of(Common).split(whole := form_of(Common).write(self))
        if self.details.reason_is_issued:
            common["reason"] = whole["reason"]
            apart.pop("reason", None)
        details, of_details = form_of(type(self.details)).split(form_of(type(self.details)).write(self.details))
        apart |= of_details
        if apart.keys() == {"request"}:  # all that was asked for stands in the event, or is nothing
            common |= apart
            apart.clear()
        return common | details, apart
