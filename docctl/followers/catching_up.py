"""Runs the followers, one after the other, until none is behind."""

from docctl.actions.publishing import publish_due
from docctl.document_control import DocumentControl
from docctl.followers import git_refs, library_snapshot, renditions, search_index

FOLLOWERS = (git_refs.follow, search_index.follow, renditions.follow, git_refs.follow, library_snapshot.follow)


def catch_up(control: DocumentControl) -> int:
    """Bring what is due into force and let every follower catch up; return how many events were dealt with."""
    publish_due(control)
    dealt_with = 0
    while news := sum(follow(control) for follow in FOLLOWERS):
        dealt_with += news
    return dealt_with
