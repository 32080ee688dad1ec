"""What the audit trail says of the host's clock, and whether it may be gone by."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.domain.errors import ClockDoubtfulError
from docctl.domain.trail.audit_trail import Act, ChainHead, Event
from docctl.domain.trail.events.reading import details_of
from docctl.domain.trail.events.trail import ClockConfirmed
from docctl.domain.trail.host_clock import CLOCK_ACTS, ClockLimits


def newest_word(session: Session) -> Event | None:
    """Return the newest event about the clock; they are few, and found by their act."""
    return session.scalars(select(Event).where(Event.act.in_(CLOCK_ACTS)).order_by(Event.seq.desc()).limit(1)).first()


def clock_doubt(session: Session) -> Event | None:
    """Return the event that says why the clock is doubtful, None where it is not or an administrator confirmed it."""
    newest = newest_word(session)
    return None if newest is None or newest.act == Act.CLOCK_CONFIRMED else newest


def require_clock(session: Session) -> None:
    """Raise ClockDoubtfulError while nobody has said that the clock, which jumped, is right."""
    doubt = clock_doubt(session)
    if doubt is not None:
        raise ClockDoubtfulError(
            "%(reason)s Nothing is signed, disposed of or brought into force until an administrator has set "
            "the clock and confirmed it.",
            reason=doubt.reason,
        )


def trouble_to_record(session: Session, head: ChainHead, now: datetime, limits: ClockLimits) -> Act | None:
    """Return what of the clock is to be recorded: that it jumped, once, and not again after it was confirmed."""
    if head.happened_at is None:
        return None
    trouble = limits.trouble(now, head.happened_at)
    if trouble is None:
        return None
    newest = newest_word(session)
    if newest is None:
        return trouble
    if newest.act != Act.CLOCK_CONFIRMED:
        return None
    is_held = trouble == Act.CLOCK_REGRESSED and head.happened_at <= newest.happened_at
    confirmed = details_of(newest, ClockConfirmed)
    return None if is_held and not limits.is_before(now, confirmed.host) else trouble


def time_of_events(session: Session, head: ChainHead, now: datetime, limits: ClockLimits) -> datetime:
    """Return the time that events get: the clock's, never before the newest event's, nor by a clock that leapt."""
    newest = head.happened_at
    if newest is None or (now >= newest and limits.trouble(now, newest) is None):
        return now
    return newest if now < newest or clock_doubt(session) is not None else now


def jump_in_words(trouble: Act, now: datetime, newest: datetime) -> str:
    """Say how the clock stands to the newest event."""
    where = "before" if trouble == Act.CLOCK_REGRESSED else "long after"
    return f"The host's clock says {now:%Y-%m-%d %H:%M:%S} UTC, {where} the newest event ({newest:%Y-%m-%d %H:%M:%S})."
