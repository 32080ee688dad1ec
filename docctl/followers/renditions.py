"""Issues what came into force: its Word file, its PDF and the list of its signatures."""

from docctl.actions.exporting import issue
from docctl.document_control import DocumentControl
from docctl.domain.audit_trail import Act
from docctl.domain.crash_point import crash_point
from docctl.followers.watermark import events_after, read_watermark, set_watermark

NAME = "renditions"
_CALLS_FOR_ISSUE = {Act.REVISION_IN_FORCE, Act.REVISION_ADOPTED}


def follow(control: DocumentControl) -> int:
    """Issue every revision that came into force since; return how many events were dealt with."""
    with control.reading() as session:
        events = events_after(session, read_watermark(session, NAME))
    for event in events:
        if event.act in _CALLS_FOR_ISSUE and event.revision_id is not None:
            issue(control, event.revision_id)
            crash_point("issued")
            set_watermark(control, NAME, event.seq)
    if events:
        set_watermark(control, NAME, events[-1].seq)
    return len(events)
