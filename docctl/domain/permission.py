"""Who may do what: one table by role, and what a role may do with one document."""

from enum import StrEnum

from docctl.domain.document_metadata import Classification
from docctl.domain.errors import NotFoundError, NotPermittedError
from docctl.domain.lifecycle import PUBLISHED_STATES, State
from docctl.domain.revision import Revision
from docctl.domain.user import Role, User


class Right(StrEnum):
    """What a person may be allowed to do."""

    READ = "read documents"
    WRITE = "write drafts"
    REVIEW = "review"
    APPROVE = "approve"
    CONTROL = "control documents"
    READ_EVERYTHING = "read every revision"
    READ_AUDIT_TRAIL = "read the audit trail"
    ADMINISTER = "administer people"
    DISPOSE = "dispose of documents"


_EVERYBODY = frozenset(Role)
HOLDERS: dict[Right, frozenset[Role]] = {
    Right.READ: _EVERYBODY,
    Right.WRITE: frozenset({Role.AUTHOR, Role.CONTROLLER}),
    Right.REVIEW: frozenset({Role.REVIEWER, Role.APPROVER, Role.CONTROLLER}),
    Right.APPROVE: frozenset({Role.APPROVER, Role.CONTROLLER}),
    Right.CONTROL: frozenset({Role.CONTROLLER}),
    Right.READ_EVERYTHING: frozenset({Role.CONTROLLER, Role.AUDITOR}),
    Right.READ_AUDIT_TRAIL: frozenset({Role.CONTROLLER, Role.AUDITOR, Role.ADMINISTRATOR}),
    Right.ADMINISTER: frozenset({Role.ADMINISTRATOR}),
    Right.DISPOSE: frozenset({Role.CONTROLLER}),
}


def may(user: User, right: Right) -> bool:
    """Say whether one of the person's roles carries the right."""
    return user.holds(*HOLDERS[right])


def require(user: User, right: Right) -> None:
    """Raise NotPermittedError unless the person has the right."""
    if not may(user, right):
        raise NotPermittedError(
            f"Your roles do not allow you to {right.value}; ask the administrator of the library if you should."
        )


def may_read(user: User, revision: Revision) -> bool:
    """Say whether the person may read this revision: readers see what is or was in force for them, never a draft."""
    if user.disabled:
        return False
    if may(user, Right.READ_EVERYTHING) or is_at_work_on(user, revision):
        return True
    if revision.state == State.DRAFT and may_write(user, revision):
        return True
    return revision.state == State.IN_FORCE and is_in_audience(user, revision)


def may_read_history(user: User, revision: Revision) -> bool:
    """Say whether the person may read an earlier revision, which is always marked as such."""
    if may_read(user, revision):
        return True
    present = revision.document.in_force or revision.document.latest_published
    return (
        revision.state in PUBLISHED_STATES
        and present is not None
        and is_in_audience(user, present)
        and is_in_audience(user, revision)
    )


def is_in_audience(user: User, revision: Revision) -> bool:
    """Say whether the revision is meant for the person by its classification."""
    if revision.classification != Classification.RESTRICTED:
        return True
    return any(f"|{group}|" in revision.audience for group in user.audience)


def is_at_work_on(user: User, revision: Revision) -> bool:
    """Say whether the person writes the revision or is asked to sign it."""
    if user.person in revision.author_persons:
        return True
    return any(user.id in step.people for step in revision.asked)


def require_part(user: User, revision: Revision) -> Revision:
    """Return the revision if the person has a part in its life; raise NotPermittedError for those who only read."""
    acts = (Right.WRITE, Right.REVIEW, Right.APPROVE)
    if not any(may(user, right) for right in acts) and not is_at_work_on(user, revision):
        raise NotPermittedError("You may read this revision, but you are not asked to review, approve or write it.")
    return revision


def may_write(user: User, revision: Revision) -> bool:
    """Say whether the person may change the draft: a controller any, an author those they may read."""
    if may(user, Right.CONTROL):
        return True
    return may(user, Right.WRITE) and (user.person in revision.author_persons or is_in_audience(user, revision))


def require_readable(user: User, revision: Revision | None) -> Revision:
    """Return the revision; raise NotFoundError where it does not exist or the person may not know that it does."""
    if revision is None or not may_read_history(user, revision):
        raise NotFoundError("There is no such document, or you may not see it.")
    return revision


def require_writable(user: User, revision: Revision | None) -> Revision:
    """Return the revision if the person may change its draft."""
    require(user, Right.WRITE)
    if revision is None or not may_write(user, revision):
        raise NotFoundError("There is no such document, or you may not see it.")
    return revision
