"""What binds a session to how it was opened: its sign-in committed to it, or its secret is sealed; later events end it.

A row that was planted, turned to another account, made to last longer, or brought back after its end is no session.
"""

import hashlib
import hmac
from datetime import UTC

from docctl.domain.sign_in.commitments import Commitment
from docctl.domain.sign_in.web_session import WebSession
from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.people import UserDisabled
from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.domain.trail.events.sign_in import SecondFactorRemoved, UserPasswordChosen, UserSessionsClosed, UserSignedIn

END_SESSIONS = (Act.USER_PASSWORD_CHOSEN, Act.USER_SESSIONS_CLOSED, Act.SECOND_FACTOR_REMOVED, Act.USER_DISABLED)
SEAL = "."


def binding(web_session: WebSession) -> str:
    """Return what a sign-in commits to of its session: which it is, by which key of the account, and its latest end."""
    return " ".join((web_session.id_hash, web_session.session_key, web_session.ends_at.astimezone(UTC).isoformat()))


def is_opened_by(web_session: WebSession, event: Recorded[Details]) -> bool:
    """Say whether an event is the sign-in that opened a session as it is; none of an earlier version says so."""
    told = event.details
    if not isinstance(told, UserSignedIn) or event.actor != web_session.user_id or not told.session:
        return False
    return Commitment(event.seq, told.session).holds_for(binding(web_session))


def is_ended_by(web_session: WebSession, event: Recorded[Details]) -> bool:
    """Say whether a later event about the account ended a session."""
    match event.details:
        case UserPasswordChosen() | UserDisabled():
            return True
        case UserSessionsClosed(signed_in=closed):
            return web_session.signed_in_by in (closed or ())
        case SecondFactorRemoved():
            return event.actor != web_session.user_id
    return False


def sealed(nonce: str, web_session: WebSession, key: str) -> str:
    """Return the secret of a session that no event opens: whoever lacks the library's key cannot make one."""
    waits = "waiting" if web_session.awaits_code else "open"
    ends = web_session.ends_at.astimezone(UTC).isoformat()
    said = f"{nonce} {web_session.user_id} {web_session.session_key} {ends} {waits}"
    return f"{nonce}{SEAL}{hmac.new(key.encode(), said.encode(), hashlib.sha256).hexdigest()}"


def is_sealed(secret: str, web_session: WebSession, key: str) -> bool:
    """Say whether a secret is that of a session as it is."""
    return hmac.compare_digest(secret.encode(), sealed(secret.partition(SEAL)[0], web_session, key).encode())
