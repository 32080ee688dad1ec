"""Events by which people show who they are: passwords, links, codes and sessions."""

from dataclasses import dataclass
from typing import Annotated

from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.form import Apart, Earlier
from docctl.domain.trail.events.recorded import Details
from docctl.domain.trail.record import GONE


@dataclass(frozen=True)
class UserLinkIssued(Details, act=Act.USER_LINK_ISSUED):
    """A one-time link to choose a password was made for a person."""

    valid_hours: Annotated[int, "For how many hours the link is valid."]
    link: Annotated[str | None, "A salt and, after a colon, SHA-256 of the salt and what is kept.", Earlier(None)]


@dataclass(frozen=True)
class UserLinkMailed(Details, act=Act.USER_LINK_MAILED):
    """A one-time link was mailed to a person who had forgotten their password."""

    address: Annotated[str, "The network address from which the link was asked for.", Apart("", "")]
    valid_minutes: Annotated[int, "For how many minutes the link is valid."]
    link: Annotated[str | None, "A salt and, after a colon, SHA-256 of the salt and what is kept.", Earlier(None)]


@dataclass(frozen=True)
class UserPasswordChosen(Details, act=Act.USER_PASSWORD_CHOSEN):
    """A person chose a password by a one-time link; every other session of theirs ended."""

    by: Annotated[str, "The login of the person.", Apart("", "")]
    commitment: Annotated[str | None, "A salt and, after a colon, SHA-256 of the salt and what is kept.", Earlier(None)]


@dataclass(frozen=True)
class UserPasswordHashedAnew(Details, act=Act.USER_PASSWORD_HASHED_ANEW):
    """The password of a person who signed in is kept by a stronger hash from then on; the password is the same."""

    commitment: Annotated[str, "A salt and, after a colon, SHA-256 of the salt and what is kept."]


@dataclass(frozen=True)
class UserSignedIn(Details, act=Act.USER_SIGNED_IN):
    """A person signed in."""

    address: Annotated[str, "The network address.", Apart("", "")]
    second_factor: Annotated[str, "What was shown beside the password, empty where nothing was.", Earlier("")]
    session: Annotated[str | None, "A salt and, after a colon, SHA-256 of the salt and the session.", Earlier(None)]


@dataclass(frozen=True)
class Attempts(Details):
    """Attempts to sign in, collected for a minute."""

    attempts: Annotated[int, "How many attempts there were.", Earlier(1)]
    address: Annotated[str, "The network address.", Apart("", "")]


@dataclass(frozen=True)
class UserSignInRefused(Attempts, act=Act.USER_SIGN_IN_REFUSED):
    """Somebody was refused to sign in, by a wrong login, password or code."""


@dataclass(frozen=True)
class UserSignInNotLookedAt(Attempts, act=Act.USER_SIGN_IN_NOT_LOOKED_AT):
    """Somebody who had to wait tried to sign in all the same, and what they gave was not looked at."""


@dataclass(frozen=True)
class UserSignInThrottled(Details, act=Act.USER_SIGN_IN_THROTTLED):
    """Somebody has to wait before signing in, after too many attempts that were refused."""

    address: Annotated[str, "The network address.", Apart("", "")]


@dataclass(frozen=True)
class UserSessionEnded(Details, act=Act.USER_SESSION_ENDED):
    """A session ended because a wrong password or code was given in it too often."""

    address: Annotated[str, "The network address.", Apart("", "")]


@dataclass(frozen=True)
class UserSessionsClosed(Details, act=Act.USER_SESSIONS_CLOSED):
    """Sessions were ended, by the person or by an administrator."""

    sessions: Annotated[int, "How many sessions ended."]
    signed_in: Annotated[list[int] | None, "The events by which they were opened.", Earlier(None)]


@dataclass(frozen=True)
class SecondFactorSetUp(Details, act=Act.SECOND_FACTOR_SET_UP):
    """A person set up a second factor: codes of an app on their telephone."""

    device: Annotated[str | None, "A salt and, after a colon, SHA-256 of salt and device.", Earlier(None)]
    codes: Annotated[str | None, "The same of what is kept of the recovery codes, in order.", Earlier(None)]


@dataclass(frozen=True)
class SecondFactorRemoved(Details, act=Act.SECOND_FACTOR_REMOVED):
    """A second factor was removed: by the person, or for the reason given by an administrator."""

    by: Annotated[str | None, "The login of the person, where they did it themselves.", Apart(None, None)] = None


@dataclass(frozen=True)
class SecondFactorRefused(Details, act=Act.SECOND_FACTOR_REFUSED):
    """A person gave a wrong password or code where their second factor is set up or removed."""


@dataclass(frozen=True)
class RecoveryCodesRenewed(Details, act=Act.RECOVERY_CODES_RENEWED):
    """A person had new recovery codes made; the earlier ones are void."""

    codes: Annotated[str | None, "A salt and, after a colon, SHA-256 of the salt and what is kept.", Earlier(None)]


@dataclass(frozen=True)
class RecoveryCodeUsed(Details, act=Act.RECOVERY_CODE_USED):
    """A person signed in by a recovery code, which is used up."""

    left: Annotated[int, "How many codes are left."]


@dataclass(frozen=True)
class SecurityAlert(Details, act=Act.SECURITY_ALERT):
    """Administrators were told of something that may be an attack; the reason is the subject of the mail."""

    told: Annotated[str, "What they were told.", Apart("", GONE)]
