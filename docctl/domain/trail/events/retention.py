"""Events that decide how long documents are kept, and by which they are disposed of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.form import Apart, Row
from docctl.domain.trail.events.recorded import Details
from docctl.domain.trail.record import GONE


@dataclass(frozen=True)
class RetentionRuleSet(Details, act=Act.RETENTION_RULE_SET):
    """The retention rule of a document type was set; the subject is `document_type:` and its name."""

    old: Annotated[Row | None, "The rule before: `months`, `then` and `basis`; null where there was none."]
    new: Annotated[Row, "The rule from then on: `months`, `then` and `basis`."]
    also_ended: Annotated[bool, "Whether it also holds for revisions that ended before."]
    time_zone: Annotated[str, "The time zone by which the day of their end is counted."]


@dataclass(frozen=True)
class HoldPlaced(Details, act=Act.HOLD_PLACED):
    """A document was put on legal hold, for the reason given: nothing of it is disposed of until it is lifted."""

    reference: Annotated[str, "The case or file that asks for it, empty where none was named.", Apart("", GONE)]
    hold: Annotated[int, "The number of the hold."]


@dataclass(frozen=True)
class HoldLifted(Details, act=Act.HOLD_LIFTED):
    """A legal hold was lifted, for the reason given."""

    hold: Annotated[int, "The number of the hold."]


@dataclass(frozen=True)
class DisposalProposed(Details, act=Act.DISPOSAL_PROPOSED):
    """Somebody proposed to dispose of a document, for the reason given; a second person decides."""

    rule: Annotated[str, "The rules by which it is due, in words."]
    proposal: Annotated[int, "The number of the proposal."]


@dataclass(frozen=True)
class DisposalDeclined(Details, act=Act.DISPOSAL_DECLINED):
    """A second person declined to dispose of a document, for the reason given."""

    proposal: Annotated[int, "The number of the proposal."]


@dataclass(frozen=True)
class Tombstone:
    """What stays on record of a document that was disposed of, and what was to be erased."""

    type: Annotated[str, "The name of its document type."]
    revisions: Annotated[list[Row], "Each revision: number, title, state, days, fingerprint and issued files."]
    objects: Annotated[list[str], "The objects in Git that are erased."]
    texts: Annotated[list[str], "SHA-256 of each text whose pages are erased."]


@dataclass(frozen=True)
class DocumentDisposed(Details, act=Act.DOCUMENT_DISPOSED):
    """A second person had a document disposed of: its line, its tags and its bytes are gone; its events stay."""

    proposal: Annotated[int, "The number of the proposal."]
    rule: Annotated[str, "The rules by which it was due, in words."]
    proposed_by: Annotated[str, "The printed name of whoever proposed it."]
    proposed_at: Annotated[datetime, "When it was proposed."]
    person: Annotated[str, "The human who authorised it."]
    authenticated_by: Annotated[str, "How that person showed who they are."]
    tombstone: Annotated[Tombstone, "What stays on record of it."]


@dataclass(frozen=True)
class RecordsDisposed(Details, act=Act.RECORDS_DISPOSED):
    """Records that lay apart from the ledger were disposed of: their bytes are gone, their events stay."""

    records: Annotated[list[Row], "Each of them: the number of its `event`, and its `sha256`."]
    account: Annotated[int | None, "The account that they were of; null where they were of something else."]
    rule: Annotated[str, "The rule by which they were due, in words; empty where somebody decided."]


@dataclass(frozen=True)
class DisposalCarriedOut(Details, act=Act.DISPOSAL_CARRIED_OUT):
    """What was left of a document that was disposed of was erased."""

    proposal: Annotated[int, "The number of the proposal."]
    erased: Annotated[int, "How many objects in Git were erased."]
