"""Events of the mails of the library."""

from dataclasses import dataclass
from typing import Annotated

from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.form import Row
from docctl.domain.trail.events.recorded import Details


@dataclass(frozen=True)
class NoticesSentAgain(Details, act=Act.NOTICES_SENT_AGAIN):
    """Notices that could not be mailed were put in the queue again."""

    count: Annotated[int, "How many notices."]


@dataclass(frozen=True)
class DutiesReminded(Details, act=Act.DUTIES_REMINDED):
    """Those for whom work waits were reminded of it by mail; the subject is `work in progress`.

    Where no person acted, the library did by the rules for reminders.
    """

    reminded: Annotated[
        list[Row],
        "For each revision its `document` and `revision` number, and the numbers of the `accounts` reminded; null for "
        "what no account owes, of which document controllers are told.",
    ]
    told: Annotated[
        list[int] | None, "The numbers of all accounts that are mailed: those, and who stands in for them today."
    ] = None


@dataclass(frozen=True)
class DutiesEscalated(Details, act=Act.DUTIES_ESCALATED):
    """Document controllers were told by mail of what is overdue with others; the subject is `work in progress`."""

    escalated: Annotated[
        list[Row], "For each revision its `document` and `revision` number, and the numbers of the `accounts` overdue."
    ]
    told: Annotated[list[int], "The numbers of the accounts that are mailed."]


@dataclass(frozen=True)
class RemindersRuled(Details, act=Act.REMINDERS_RULED):
    """The rules for reminders and the working days were set; the subject is the name of the organisation."""

    days_before: Annotated[int | None, "How many days before its day a duty is told; null for not before."]
    again_after: Annotated[int, "After how many working days it is told again; 0 for never."]
    escalate_after: Annotated[int, "How many working days overdue document controllers are told; 0 for never."]
    working_days: Annotated[list[int], "The days of the week on which people work, from 1 for Monday."]
    holidays: Annotated[list[str], "Days on which nobody works."]
    quiet_from: Annotated[str, "The hour from which no reminders are mailed, such as 18:00; empty for none."]
    quiet_until: Annotated[str, "The hour until which no reminders are mailed."]
