"""What happened, in the words of the page's language: one phrase for each act of the audit trail."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext

from docctl.domain.trail.audit_trail import Act

ACTS: dict[str, Any] = {
    Act.LIBRARY_FOUNDED: lazy_gettext("founded the library"),
    Act.LIBRARY_CHANGED: lazy_gettext("changed the library"),
    Act.LIBRARY_BACKED_UP: lazy_gettext("backed the library up"),
    Act.LIBRARY_UPGRADED: lazy_gettext("upgraded the library"),
    Act.LIBRARY_REHEARSED: lazy_gettext("rehearsed recovery"),
    Act.LIBRARY_RESTORED: lazy_gettext("restored the library from a backup"),
    Act.LIBRARY_REBUILT: lazy_gettext("rebuilt the library from Git"),
    Act.LOSS_ACCEPTED: lazy_gettext("accepted a loss"),
    Act.MAINTENANCE_BEGUN: lazy_gettext("began maintenance"),
    Act.MAINTENANCE_ENDED: lazy_gettext("ended maintenance"),
    Act.LIBRARY_EXPORTED: lazy_gettext("took the whole library away"),
    Act.LIBRARY_REPAIRED: lazy_gettext("repaired the library"),
    Act.USER_ADDED: lazy_gettext("added a person"),
    Act.USER_CHANGED: lazy_gettext("changed a person"),
    Act.USER_DISABLED: lazy_gettext("disabled an account"),
    Act.USER_ENABLED: lazy_gettext("enabled an account"),
    Act.USER_LINK_ISSUED: lazy_gettext("issued a one-time link"),
    Act.USER_LINK_MAILED: lazy_gettext("was mailed a one-time link"),
    Act.USER_PASSWORD_CHOSEN: lazy_gettext("chose a password"),
    Act.USER_PASSWORD_HASHED_ANEW: lazy_gettext("had a password kept by a stronger hash"),
    Act.USER_SIGNED_IN: lazy_gettext("signed in"),
    Act.USER_SIGN_IN_REFUSED: lazy_gettext("was refused to sign in"),
    Act.USER_SIGN_IN_THROTTLED: lazy_gettext("was made to wait before signing in"),
    Act.USER_SIGN_IN_NOT_LOOKED_AT: lazy_gettext("tried to sign in without waiting"),
    Act.USER_SESSIONS_CLOSED: lazy_gettext("ended sessions"),
    Act.USER_SESSION_ENDED: lazy_gettext("was signed out after wrong passwords"),
    Act.SECOND_FACTOR_SET_UP: lazy_gettext("set up a second factor"),
    Act.SECOND_FACTOR_REMOVED: lazy_gettext("removed a second factor"),
    Act.SECOND_FACTOR_REFUSED: lazy_gettext("gave a wrong password or code"),
    Act.RECOVERY_CODES_RENEWED: lazy_gettext("renewed the recovery codes"),
    Act.RECOVERY_CODE_USED: lazy_gettext("used a recovery code"),
    Act.TYPE_ADDED: lazy_gettext("added a document type"),
    Act.TYPE_CHANGED: lazy_gettext("changed a document type"),
    Act.ROUTE_ADDED: lazy_gettext("added an approval route"),
    Act.ROUTE_CHANGED: lazy_gettext("changed an approval route"),
    Act.DOCUMENT_CREATED: lazy_gettext("created a document"),
    Act.DOCUMENT_WITHDRAWN: lazy_gettext("withdrew a document"),
    Act.REVISION_OPENED: lazy_gettext("opened a revision"),
    Act.DRAFT_SAVED: lazy_gettext("saved a draft"),
    Act.DRAFT_SET_ASIDE: lazy_gettext("saved a draft aside"),
    Act.DRAFT_RESTORED: lazy_gettext("restored an earlier draft"),
    Act.DRAFT_HELD: lazy_gettext("took a draft for editing"),
    Act.DRAFT_RELEASED: lazy_gettext("gave a draft back"),
    Act.REVISION_SUBMITTED: lazy_gettext("submitted a revision"),
    Act.REVISION_COMMENTED: lazy_gettext("commented on a revision"),
    Act.COMMENT_CLOSED: lazy_gettext("closed a comment"),
    Act.REVISION_REVIEWED: lazy_gettext("reviewed a revision"),
    Act.REVISION_APPROVED: lazy_gettext("approved a revision"),
    Act.CHANGES_REQUESTED: lazy_gettext("requested changes"),
    Act.REVISION_RECALLED: lazy_gettext("recalled a revision"),
    Act.REVISION_DISCARDED: lazy_gettext("discarded a draft"),
    Act.REVISION_IN_FORCE: lazy_gettext("brought a revision into force"),
    Act.REVISION_SUPERSEDED: lazy_gettext("superseded a revision"),
    Act.REVISION_ADOPTED: lazy_gettext("adopted a revision approved before"),
    Act.EARLIER_ADOPTED: lazy_gettext("adopted an earlier revision"),
    Act.REVISION_ISSUED: lazy_gettext("issued the files of a revision"),
    Act.REVISION_REISSUED: lazy_gettext("issued a revision again in another template"),
    Act.ISSUE_FAILED: lazy_gettext("could not issue the files of a revision"),
    Act.ISSUE_CLEARED: lazy_gettext("found that the files of a revision can be issued again"),
    Act.DIFFERENCE_LET_STAND: lazy_gettext("let a difference between page and files stand"),
    Act.SIGNING_REFUSED: lazy_gettext("was refused to sign"),
    Act.UPLOAD_REFUSED: lazy_gettext("uploaded a file that was refused"),
    Act.NOTICES_SENT_AGAIN: lazy_gettext("had notices sent again"),
    Act.DECLARATION_ACCEPTED: lazy_gettext("declared that their signature is binding"),
    Act.DELEGATE_NAMED: lazy_gettext("named a delegate"),
    Act.DELEGATION_REVOKED: lazy_gettext("revoked a delegation"),
    Act.REVISION_REASSIGNED: lazy_gettext("gave a task to somebody else"),
    Act.DOCUMENT_REASSIGNED: lazy_gettext("gave a document to somebody else to look after"),
    Act.SECURITY_ALERT: lazy_gettext("raised a security alert"),
    Act.ENGAGEMENT_OPENED: lazy_gettext("engaged an auditor"),
    Act.ENGAGEMENT_CHANGED: lazy_gettext("changed what an auditor is engaged for"),
    Act.ENGAGEMENT_ENDED: lazy_gettext("ended an audit engagement"),
    Act.AUDITOR_LOOKED: lazy_gettext("looked at documents as an auditor"),
    Act.CLOCK_REGRESSED: lazy_gettext("found the clock set back"),
    Act.CLOCK_LEAPT: lazy_gettext("found the clock set far ahead"),
    Act.CLOCK_CONFIRMED: lazy_gettext("confirmed the clock"),
    Act.WITNESS_REGISTERED: lazy_gettext("registered a witness"),
    Act.WITNESS_DISMISSED: lazy_gettext("dismissed a witness"),
    Act.WITNESS_REFUSED: lazy_gettext("was refused a co-signature"),
    Act.HISTORY_BROKEN: lazy_gettext("recorded a break in the history"),
    Act.CHECKPOINT_WRITTEN: lazy_gettext("wrote a checkpoint"),
    Act.MIRROR_DENIED: lazy_gettext("was denied by the mirror"),
    Act.SIGNING_KEY_ROTATED: lazy_gettext("changed the key that signs the ledger"),
    Act.GIT_ADOPTED: lazy_gettext("took over from Git what the database had lost"),
    Act.BYTES_FETCHED: lazy_gettext("fetched back what the Git library had lost"),
    Act.SIGNING_KEY_LOST: lazy_gettext("replaced the lost key that signed the ledger"),
    Act.RETENTION_RULE_SET: lazy_gettext("set a retention rule"),
    Act.HOLD_PLACED: lazy_gettext("put a document on legal hold"),
    Act.HOLD_LIFTED: lazy_gettext("lifted a legal hold"),
    Act.DISPOSAL_PROPOSED: lazy_gettext("proposed to dispose of a document"),
    Act.DISPOSAL_DECLINED: lazy_gettext("declined to dispose of a document"),
    Act.DOCUMENT_DISPOSED: lazy_gettext("authorised the disposal of a document"),
    Act.RECORDS_DISPOSED: lazy_gettext("disposed of what was kept of people"),
    Act.DISPOSAL_CARRIED_OUT: lazy_gettext("erased what was left of a document"),
}
KINDS: dict[str, Any] = {
    "library:": lazy_gettext("The library"),
    "user:": lazy_gettext("People"),
    "document_type:": lazy_gettext("Document types"),
    "approval_route:": lazy_gettext("Approval routes"),
    "document:": lazy_gettext("Documents"),
    "revision:": lazy_gettext("Revisions"),
    "upload:": lazy_gettext("Uploads"),
    "retention:": lazy_gettext("Retention rules"),
    "legal_hold:": lazy_gettext("Legal holds"),
    "disposal:": lazy_gettext("Disposals"),
    "record:": lazy_gettext("Records of people"),
    "audit_engagement:": lazy_gettext("Audits"),
    "delegation:": lazy_gettext("Delegations"),
    "clock:": lazy_gettext("The clock"),
    "security:": lazy_gettext("Security"),
    "audit_trail:": lazy_gettext("The audit trail"),
}


def act_in_words(act: str) -> str:
    """Say what was done; an act without a phrase is shown as it is recorded."""
    return str(ACTS.get(act, act))


def kinds_in_words(acts: Iterable[str]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return the kinds of acts with their acts, as a filter offers them."""
    kinds: dict[str, list[tuple[str, str]]] = {}
    for act in acts:
        kind = act.partition(":")[0] + ":"
        kinds.setdefault(kind, []).append((act, act_in_words(act)))
    return [(kind, str(KINDS.get(kind, kind)), sorted(rows, key=lambda row: row[1])) for kind, rows in kinds.items()]
