"""Events that decide what an auditor may look at, and of what auditors did look at."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.form import Apart, Precision
from docctl.domain.trail.events.recorded import Details
from docctl.domain.trail.record import GONE


@dataclass(frozen=True)
class Engagement:
    """What an auditor is engaged for."""

    engagement: Annotated[int, "The number of the engagement."]
    purpose: Annotated[str, "What the auditor is engaged for.", Apart("", GONE)]
    scope: Annotated[list[str], "What the auditor may look at: standards, document types, departments, documents."]
    begins_on: Annotated[date, "The first day."]
    ends_on: Annotated[date, "The last day."]


@dataclass(frozen=True)
class EngagementOpened(Engagement, Details, act=Act.ENGAGEMENT_OPENED):
    """An auditor was engaged; the subject is `account:` and its number."""


@dataclass(frozen=True)
class EngagementChanged(Details, act=Act.ENGAGEMENT_CHANGED):
    """What an auditor is engaged for was changed; the subject is `account:` and its number."""

    old: Annotated[Engagement, "The engagement before."]
    new: Annotated[Engagement, "The engagement from then on."]


@dataclass(frozen=True)
class EngagementEnded(Details, act=Act.ENGAGEMENT_ENDED):
    """An engagement was ended, for the reason given; the auditor's next request is already refused."""

    engagement: Annotated[int, "The number of the engagement."]


@dataclass(frozen=True)
class View:
    """One look of an auditor."""

    time: Annotated[datetime, "When, to the second.", Precision("seconds")]
    what: Annotated[str, "What was looked at, such as a page of the document."]
    document: Annotated[str, "The number of the document, empty where it was of none."]
    revision: Annotated[int | None, "The number of the revision."]
    asked: Annotated[str, "What was asked, such as the words of a search."]


@dataclass(frozen=True)
class AuditorLooked(Details, act=Act.AUDITOR_LOOKED):
    """What an auditor looked at, recorded together once a minute; the subject is `account:` and its number."""

    views: Annotated[list[View], "Each look, in order.", Apart([], [])]
