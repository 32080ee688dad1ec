"""Issues what came into force: its Word file, its PDF and the list of its signatures."""

from concurrent.futures import ThreadPoolExecutor

from docctl.actions.exporting import issue
from docctl.document_control import DocumentControl
from docctl.domain.audit_trail import Act, Event
from docctl.domain.crash_point import crash_point
from docctl.followers.watermark import events_after, read_watermark, set_watermark

NAME = "renditions"
ISSUED_TOGETHER = 8
WORKERS = 2
_CALLS_FOR_ISSUE = {Act.REVISION_IN_FORCE, Act.REVISION_ADOPTED}


def follow(control: DocumentControl) -> int:
    """Issue the next revisions that came into force; return how many events were dealt with.

    It stops after a few of them, so that after a large import the other followers need not wait for all of it.
    """
    with control.reading() as session:
        events = events_after(session, read_watermark(session, NAME))
    calling = [event for event in events if event.act in _CALLS_FOR_ISSUE and event.revision_id is not None]
    together = calling[:ISSUED_TOGETHER]
    if len(calling) > len(together):
        events = [event for event in events if event.seq <= together[-1].seq]
    _issue(control, together)
    if events:
        set_watermark(control, NAME, events[-1].seq)
    return len(events)


def _issue(control: DocumentControl, events: list[Event]) -> None:
    """Issue revisions side by side, because most of the time is spent in pandoc and Typst."""
    wanted = {event.revision_id for event in events} - {None}

    def issue_one(revision_id: int) -> None:
        issue(control, revision_id)
        crash_point("issued")

    if not wanted:
        return
    with ThreadPoolExecutor(max_workers=min(WORKERS, len(wanted))) as workers:
        for _ in workers.map(issue_one, sorted(wanted)):
            continue
