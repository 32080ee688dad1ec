"""Sending back: a revision whose files cannot be issued goes back to those who write, with what is in the way."""

from docctl.actions.approval import reviewing
from docctl.actions.documents import drafting
from docctl.document_control import DocumentControl
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import WrongStateError
from docctl.domain.rights.permission import Right, require, require_readable


def send_back(
    control: DocumentControl, revision_id: int, person_id: int, reason: str = "", *, request_id: str = ""
) -> int:
    """Recall an approved revision, or open the next one of what is in force; return which revision is the draft now.

    The reason is what keeps its files from being issued, unless another one is given.
    """
    with control.reading() as session:
        person = control.reader(session, person_id)
        revision = require_readable(person, session.get(Revision, revision_id))
        require(person, Right.CONTROL)
        reason = reason.strip() or revision.held_up_by.in_words(revision.name)
        if not revision.issue_trouble:
            raise WrongStateError(
                "Nothing keeps the files of %(revision)s from being issued; nothing was done.", revision=revision.name
            )
    if revision.state == State.APPROVED:
        reviewing.recall(control, revision_id, person_id, reason, request_id=request_id)
        return revision.number
    opened = drafting.open_revision(control, revision.document_id, person_id, reason, request_id=request_id)
    with control.reading() as session:
        return session.get_one(Revision, opened).number
