"""A credential: the events that set what somebody showed who they are by."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Credential:
    """The events that set what was shown, such as a password, and the newest event that there was at that moment."""

    events: tuple[int, ...] = ()
    as_of: int = 0


NOTHING_SHOWN = Credential()
