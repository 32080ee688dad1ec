"""Runs the followers, one after the other, until none is behind."""

from weakref import WeakSet

from docctl.actions.publishing import publish_due
from docctl.document_control import DocumentControl
from docctl.followers import git_refs, library_snapshot, renditions, search_index

FOLLOWERS = (git_refs.follow, search_index.follow, renditions.follow, git_refs.follow, library_snapshot.follow)


_cleared: WeakSet[DocumentControl] = WeakSet()


def catch_up(control: DocumentControl) -> int:
    """Bring what is due into force and let every follower catch up; return how many events were dealt with."""
    if control not in _cleared:
        clear_up(control)
        _cleared.add(control)
    publish_due(control)
    dealt_with = 0
    while news := sum(follow(control) for follow in FOLLOWERS):
        dealt_with += news
    return dealt_with


def clear_up(control: DocumentControl) -> list[str]:
    """Do what a killed process or a loss of power left undone in the Git library; return the references mended."""
    control.library.clear_away()
    return git_refs.mend_torn(control) + library_snapshot.mend_torn(control)
