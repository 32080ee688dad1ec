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
    """Those for whom work waits were reminded of it by mail; the subject is `work in progress`."""

    reminded: Annotated[
        list[Row], "For each revision its `document` and `revision` number, and the numbers of the `accounts` reminded."
    ]
