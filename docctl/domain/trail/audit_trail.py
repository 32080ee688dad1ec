"""The audit trail: every event, chained by hashes to all events before it."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from docctl.domain.mapping import Record
from docctl.domain.trail.record import merged, said_in

FIRST_CHAIN = "0" * 64
CHAIN_HEAD_ID = 1
_LEDGER_FILE = re.compile(r'\{"event":(?P<text>.*),"salt":"(?P<salt>[0-9a-f]{32})"\}\n')


class Act(StrEnum):
    """Everything that can happen, as the audit trail calls it."""

    LIBRARY_FOUNDED = "library:founded"
    LIBRARY_CHANGED = "library:changed"
    LIBRARY_EXPORTED = "library:exported"
    LIBRARY_BACKED_UP = "library:backed_up"
    LIBRARY_UPGRADED = "library:upgraded"
    LIBRARY_REHEARSED = "library:rehearsed"
    LIBRARY_RESTORED = "library:restored"
    LIBRARY_REBUILT = "library:rebuilt"
    LIBRARY_REPAIRED = "library:repaired"
    LOSS_ACCEPTED = "loss:accepted"
    MAINTENANCE_BEGUN = "library:maintenance_begun"
    MAINTENANCE_ENDED = "library:maintenance_ended"
    USER_ADDED = "user:added"
    USER_CHANGED = "user:changed"
    USER_DISABLED = "user:disabled"
    USER_ENABLED = "user:enabled"
    USER_LINK_ISSUED = "user:one_time_link_issued"
    USER_LINK_MAILED = "user:one_time_link_mailed"
    USER_PASSWORD_CHOSEN = "user:password_chosen"  # noqa: S105
    USER_PASSWORD_HASHED_ANEW = "user:password_hashed_anew"  # noqa: S105
    USER_SIGNED_IN = "user:signed_in"
    USER_SIGN_IN_REFUSED = "user:sign_in_refused"
    USER_SIGN_IN_THROTTLED = "user:sign_in_throttled"
    USER_SIGN_IN_NOT_LOOKED_AT = "user:sign_in_not_looked_at"
    USER_SESSION_ENDED = "user:session_ended"
    USER_SESSIONS_CLOSED = "user:sessions_closed"
    SECOND_FACTOR_SET_UP = "user:second_factor_set_up"
    SECOND_FACTOR_REMOVED = "user:second_factor_removed"
    SECOND_FACTOR_REFUSED = "user:second_factor_refused"
    RECOVERY_CODES_RENEWED = "user:recovery_codes_renewed"
    RECOVERY_CODE_USED = "user:recovery_code_used"
    PERSON_ADDED = "person:added"
    PERSON_CHANGED = "person:changed"
    PERSON_ENDED = "person:ended"
    PERSON_END_TAKEN_BACK = "person:end_taken_back"
    UNIT_ADDED = "unit:added"
    UNIT_RENAMED = "unit:renamed"
    UNIT_MERGED = "unit:merged"
    UNIT_SPLIT = "unit:split"
    UNIT_HEAD_NAMED = "unit:head_named"
    UNIT_RETIRED = "unit:retired"
    TYPE_ADDED = "document_type:added"
    TYPE_CHANGED = "document_type:changed"
    TYPE_RENAMED = "document_type:renamed"
    TYPE_RETIRED = "document_type:retired"
    TYPE_REINSTATED = "document_type:reinstated"
    ROUTE_ADDED = "approval_route:added"
    ROUTE_CHANGED = "approval_route:changed"
    ROUTE_RENAMED = "approval_route:renamed"
    ROUTE_RETIRED = "approval_route:retired"
    ROUTE_REINSTATED = "approval_route:reinstated"
    DOCUMENT_CREATED = "document:created"
    DOCUMENT_WITHDRAWN = "document:withdrawn"
    REVISION_OPENED = "revision:opened"
    DRAFT_SAVED = "revision:saved"
    DRAFT_SET_ASIDE = "revision:set_aside"
    DRAFT_RESTORED = "revision:restored"
    DRAFT_HELD = "revision:taken_for_editing"
    DRAFT_RELEASED = "revision:given_back"
    REVISION_SUBMITTED = "revision:submitted"
    REVISION_COMMENTED = "revision:commented"
    COMMENT_CLOSED = "revision:comment_closed"
    REVISION_REVIEWED = "revision:reviewed"
    REVISION_APPROVED = "revision:approved"
    CHANGES_REQUESTED = "revision:changes_requested"
    REVISION_RECALLED = "revision:recalled"
    REVISION_DISCARDED = "revision:discarded"
    REVISION_IN_FORCE = "revision:came_into_force"
    REVISION_SUPERSEDED = "revision:superseded"
    REVISION_ADOPTED = "revision:adopted"
    REVISION_ISSUED = "revision:issued"
    REVISION_REISSUED = "revision:reissued"
    ISSUE_FAILED = "revision:issue_failed"
    ISSUE_CLEARED = "revision:issue_cleared"
    DIFFERENCE_LET_STAND = "revision:difference_let_stand"
    SIGNING_REFUSED = "revision:signing_refused"
    UPLOAD_REFUSED = "upload:refused"
    DUTIES_REMINDED = "duties:reminded"
    DUTIES_ESCALATED = "duties:escalated"
    REMINDERS_RULED = "reminders:ruled"
    NOTICES_SENT_AGAIN = "library:notices_sent_again"
    DECLARATION_ACCEPTED = "user:declaration_accepted"
    DELEGATE_NAMED = "delegation:named"
    DELEGATION_REVOKED = "delegation:revoked"
    REVISION_REASSIGNED = "revision:reassigned"
    DOCUMENT_REASSIGNED = "document:reassigned"
    SECURITY_ALERT = "security:alert"

    ENGAGEMENT_OPENED = "audit_engagement:opened"
    ENGAGEMENT_CHANGED = "audit_engagement:changed"
    ENGAGEMENT_ENDED = "audit_engagement:ended"
    AUDITOR_LOOKED = "audit_engagement:looked_at"

    CLOCK_REGRESSED = "clock:regressed"
    CLOCK_LEAPT = "clock:leapt"
    CLOCK_CONFIRMED = "clock:confirmed"

    CHECKPOINT_WRITTEN = "audit_trail:checkpoint_written"
    SIGNING_KEY_ROTATED = "audit_trail:key_rotated"
    MIRROR_DENIED = "audit_trail:mirror_denied"

    HISTORY_BROKEN = "audit_trail:history_broken"

    WITNESS_REGISTERED = "witness:registered"
    WITNESS_DISMISSED = "witness:dismissed"
    WITNESS_REFUSED = "witness:refused"

    EARLIER_ADOPTED = "revision:earlier_adopted"

    GIT_ADOPTED = "library:adopted_from_git"
    BYTES_FETCHED = "library:fetched_back"
    SIGNING_KEY_LOST = "audit_trail:key_lost"

    RETENTION_RULE_SET = "retention:rule_set"
    HOLD_PLACED = "legal_hold:placed"
    HOLD_LIFTED = "legal_hold:lifted"
    DISPOSAL_PROPOSED = "disposal:proposed"
    DISPOSAL_DECLINED = "disposal:declined"
    DOCUMENT_DISPOSED = "document:disposed"
    DISPOSAL_CARRIED_OUT = "disposal:carried_out"
    RECORDS_DISPOSED = "record:disposed"


class Event(Record):
    """One event; its text is canonical JSON and never changes, its record may be disposed of."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_subject_act", "subject", "act"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    happened_at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    actor_name: Mapped[str] = mapped_column(String(120))
    act: Mapped[str] = mapped_column(String(40), index=True)
    subject: Mapped[str] = mapped_column(String(120))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id", ondelete="RESTRICT"), index=True)
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id", ondelete="RESTRICT"), index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    request_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    text: Mapped[str] = mapped_column(Text)
    record: Mapped[str] = mapped_column(Text, default="")
    salt: Mapped[str] = mapped_column(String(32))
    leaf: Mapped[str] = mapped_column(String(64))
    chain: Mapped[str] = mapped_column(String(64))
    ledger_commit: Mapped[str] = mapped_column(String(40))

    @property
    def plain_values(self) -> dict[str, Any]:
        """The event with its record, to be shown or handed on; whoever reads it takes the class of its act."""
        return merged(self.said_apart, json.loads(self.text))

    @property
    def said_apart(self) -> dict[str, Any]:
        """What the record of the event says; nothing where it has none, or none any more."""
        said = json.loads(self.text)
        return said_in(self.record, said["record"]) or {} if "record" in said else {}


class ChainHead(Record):
    """One row: the newest event, the chain up to it, and its commit on the ledger."""

    __tablename__ = "chain_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(default=0)
    chain: Mapped[str] = mapped_column(String(64), default=FIRST_CHAIN)
    ledger_commit: Mapped[str] = mapped_column(String(40), default="")
    happened_at: Mapped[datetime | None]

    def is_at(self, event: Event) -> bool:
        """Say whether the event is the newest that was recorded."""
        at = (event.seq, event.chain, event.ledger_commit, event.happened_at)
        return (self.seq, self.chain, self.ledger_commit, self.happened_at) == at


class Watermark(Record):
    """How far a follower has read the audit trail."""

    __tablename__ = "watermarks"

    follower: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True)
class Link:
    """An event's place in the chain."""

    leaf: str
    chain: str


def canonical_json(value: dict[str, Any]) -> str:
    """Return the one text form of an event: sorted keys, no spaces, characters as they are."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def link(previous_chain: str, salt: str, text: str) -> Link:
    """Chain an event: leaf = SHA-256(0x00 | salt | text), chain = SHA-256(0x01 | previous chain | leaf)."""
    leaf = hashlib.sha256(b"\x00" + bytes.fromhex(salt) + text.encode()).digest()
    chain = hashlib.sha256(b"\x01" + bytes.fromhex(previous_chain) + leaf).digest()
    return Link(leaf.hex(), chain.hex())


def ledger_path(seq: int) -> str:
    """Return where the ledger keeps an event: a thousand events to a folder."""
    return f"events/{seq // 1000:06d}/{seq:06d}.json"


def ledger_file(salt: str, text: str) -> bytes:
    """Return the ledger's file of an event: its salt and the event itself."""
    return f'{{"event":{text},"salt":"{salt}"}}\n'.encode()


def read_ledger_file(data: bytes) -> tuple[str, str]:
    """Return salt and text of an event from the ledger's file of it; raise ValueError where it is none."""
    found = _LEDGER_FILE.fullmatch(data.decode())
    if found is None:
        raise ValueError("it is not the ledger's file of an event")
    return found["salt"], found["text"]
