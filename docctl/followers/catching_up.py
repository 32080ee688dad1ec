"""Runs the followers, one after the other, until none is behind."""

from weakref import WeakSet

from docctl.actions.duties.reminding_by_rule import remind_due
from docctl.actions.issued_files.publishing import publish_due
from docctl.actions.retention.disposing_of_records import dispose_due
from docctl.actions.sign_in.recovering_access import send_asked_links
from docctl.actions.trail import rotating_keys
from docctl.actions.trail.recording_access import record_collected
from docctl.document_control import DocumentControl
from docctl.followers import disposals, git_refs, library_snapshot, records, renditions, search_index
from docctl.followers.watermark import head_seq, read_watermark

FOLLOWERS = (
    git_refs.follow,
    search_index.follow,
    renditions.follow,
    git_refs.follow,
    library_snapshot.follow,
    disposals.follow,
    records.follow,
)
WITHOUT_ISSUING = (git_refs.follow, search_index.follow, library_snapshot.follow, records.follow)

_cleared: WeakSet[DocumentControl] = WeakSet()


def catch_up(control: DocumentControl, *, issuing: bool = True) -> int:
    """Bring what is due into force and let every follower catch up; return how many events were dealt with.

    On a nearly full disk only references follow, for all else can be built again once there is room.
    Without ``issuing`` the Word files and PDFs are left to whoever catches up next: each takes half a second.
    Raises LibraryDistrustedError where the library may only be read: then nothing is touched.
    """
    control.trust.require()
    if control.disk.is_low():
        return git_refs.follow(control)
    publish_due(control)
    dispose_due(control)
    remind_due(control)
    record_collected(control)
    send_asked_links(control)
    if not issuing and not _is_behind(control):
        return 0
    if control not in _cleared:
        clear_up(control)
        if issuing:
            renditions.try_again(control)
        _cleared.add(control)
    dealt_with = 0
    while True:
        news = sum(follow(control) for follow in (FOLLOWERS if issuing else WITHOUT_ISSUING))
        dealt_with += news
        if not news:
            return dealt_with
        publish_due(control)


def _is_behind(control: DocumentControl) -> bool:
    """Say whether anything happened that references, snapshot or search do not know yet."""
    with control.reading() as session:
        head = head_seq(session)
        if any(read_watermark(session, name) < head for name in (git_refs.NAME, library_snapshot.NAME)):
            return True
    return control.index.watermark() < head


def clear_up(control: DocumentControl) -> list[str]:
    """Do what a killed process or a loss of power left undone in the Git library; return the references mended."""
    rotating_keys.settle(control)
    control.library.clear_away()
    disposals.erase_what_came_back(control)
    records.drop_left_over(control)
    mended = git_refs.mend_torn(control) + library_snapshot.mend_torn(control)
    control.library.pack_refs()
    return mended
