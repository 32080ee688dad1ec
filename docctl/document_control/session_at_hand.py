"""The session at hand: by which sign-in whoever sent the present request is there; the web says it, acts name it."""

from contextvars import ContextVar

from docctl.domain.sign_in.credential import NOTHING_SHOWN, Credential

NOBODY = (0, NOTHING_SHOWN)


class SessionAtHand:
    """Which account the present request comes from, and the event of its sign-in; each thread has its own."""

    def __init__(self) -> None:
        self._held = ContextVar("session_at_hand", default=NOBODY)

    def begin(self, account: int, sign_in: int | None) -> None:
        """Say whose session it is, and by which event they signed in."""
        self._held.set((account, Credential((sign_in,)) if sign_in else NOTHING_SHOWN))

    def end(self) -> None:
        """Let nobody be there."""
        self._held.set(NOBODY)

    def of(self, account: int) -> Credential:
        """Return by which sign-in an account is there; nothing where it is another's session, or none."""
        held, credential = self._held.get()
        return credential if held == account else NOTHING_SHOWN
