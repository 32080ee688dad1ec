"""Events of accounts, and of what a leaver leaves to a successor."""

from dataclasses import MISSING, dataclass
from typing import Annotated

from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.form import Apart, Earlier, Row
from docctl.domain.trail.events.recorded import Details


@dataclass(frozen=True)
class Account:
    """An account as it was at the time of an event."""

    id: Annotated[int | None, "The number of the account.", Earlier(None)]
    login: Annotated[str, "The name to sign in by.", Apart(MISSING, "")]
    name: Annotated[str, "The printed name."]
    email: Annotated[str | None, "The mail address, empty where there is none.", Apart("", ""), Earlier(None)]
    person: Annotated[str, "The human to whom the account belongs; accounts of one human have the same person."]
    department: Annotated[str, "The department, empty where there is none.", Apart("", "")]
    roles: Annotated[list[str], "The roles, in order of the alphabet."]


@dataclass(frozen=True)
class UserAdded(Account, Details, act=Act.USER_ADDED):
    """An account was added; the subject is `account:` and its number."""


@dataclass(frozen=True)
class UserChanged(Details, act=Act.USER_CHANGED):
    """An account was changed; the subject is `account:` and its number."""

    old: Annotated[Account, "The account before."]
    new: Annotated[Account, "The account from then on."]


@dataclass(frozen=True)
class UserDisabled(Details, act=Act.USER_DISABLED):
    """An account was disabled, for the reason given: nobody signs in by it any more."""


@dataclass(frozen=True)
class UserEnabled(Details, act=Act.USER_ENABLED):
    """A disabled account was enabled again, for the reason given."""


@dataclass(frozen=True)
class RevisionReassigned(Details, act=Act.REVISION_REASSIGNED):
    """Somebody else was asked to sign a revision, or was given its draft, in place of a person who left."""

    round: Annotated[int, "The round of signatures."]
    asked: Annotated[list[Row], "The steps from then on, as in `revision:submitted`."]
    old: Annotated[str, "The printed name of whoever left."]
    new: Annotated[str, "The printed name of the successor."]
    steps: Annotated[list[int] | None, "The places of the steps that ask the successor."] = None
    held_by: Annotated[int | None, "The account that holds the draft from then on."] = None


@dataclass(frozen=True)
class DocumentReassigned(Details, act=Act.DOCUMENT_REASSIGNED):
    """Somebody else looks after a document in place of its owner, who left; the document still names the owner."""

    old: Annotated[str, "The printed name of whoever looked after it before."]
    new: Annotated[str, "The printed name of whoever looks after it from then on."]
