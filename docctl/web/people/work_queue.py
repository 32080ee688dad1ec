"""My tasks: what waits for the person, and what the person waits for."""

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask_babel import gettext as _

from docctl.registers.people.work_queue import WorkItem, WorkQueue, work_queue
from docctl.web import control, person

bp = Blueprint("work_queue", __name__)


@dataclass(frozen=True)
class TaskList:
    """One list of tasks: its heading, what its columns are called, and where its items lead."""

    key: str
    title: str
    about: str
    since: str
    note: str
    endpoint: str
    items: tuple[WorkItem, ...]
    is_waiting: bool = False


@bp.get("/tasks")
def my_tasks() -> str:
    """Show everything that waits for the person, by what has to be done."""
    with control().reading() as reading:
        lists = lists_of(work_queue(control(), reading, person()))
    return render_template("people/my_tasks.html", lists=[each for each in lists if each.items])


def lists_of(queue: WorkQueue) -> tuple[TaskList, ...]:
    """Return the lists of a work queue with their headings; what nobody else can do now comes first."""
    submitted, changed = _("Submitted"), _("Last saved")
    means = _("Your signature means")
    returned = {item.revision_id for item in queue.changes_requested}
    drafts = tuple(item for item in queue.drafts if item.revision_id not in returned)
    return (
        TaskList(
            "review", _("To review"), _("Read each, then sign or request changes."), submitted, means,
            "reviewing.read", queue.to_review, True,
        ),
        TaskList(
            "approve", _("To approve"), _("Your signature brings each a step nearer to being in force."), submitted,
            means, "reviewing.read", queue.to_approve, True,
        ),
        TaskList(
            "changes", _("Changes requested"), _("Sent back to you with a reason."), _("Sent back"), _("Reason"),
            "drafting.write", queue.changes_requested, True,
        ),
        TaskList(
            "stuck", _("Stuck: nobody left to sign"),
            _("Who was asked is disabled, lost the role or signed already; ask somebody else."), submitted,
            _("Asked"), "reassigning.ask", queue.stuck, True,
        ),
        TaskList(
            "files", _("Files that cannot be issued"),
            _("Mend what is in the way and try again, let it stand with a reason, or send the revision back."),
            _("Approved"), _("What is in the way"), "publishing.show", queue.files_held_up, True,
        ),
        TaskList("drafts", _("My drafts"), "", changed, _("Last change"), "drafting.write", drafts),
        TaskList(
            "held", _("Taken for editing"), _("Others cannot edit these until you give them back."), _("Taken"), "",
            "drafting.write", queue.held,
        ),
        TaskList(
            "signing", _("Waiting for others"), _("Yours, on their approval route."), submitted, _("Waits for"),
            "reviewing.read", queue.in_signing,
        ),
        TaskList(
            "approved", _("Approved, not yet in force"), _("They come into force on their effective date."),
            _("Approved"), _("Summary of changes"), "documents.show_revision", queue.approved,
        ),
        TaskList(
            "due", _("Periodic review due"), _("In force, and to be looked at again within 60 days or overdue."),
            _("In force since"), "", "documents.show", queue.review_due,
        ),
    )  # fmt: skip
