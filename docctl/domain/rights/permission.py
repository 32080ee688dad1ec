"""Who may do what: one table, asked through may(); nothing else decides on rights."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum

from docctl.domain.documents.lifecycle import PUBLISHED_STATES, State
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import NotFoundError, NotPermittedError
from docctl.domain.people.user import Role, User
from docctl.domain.rights.audit_engagement import EVERYTHING, scope_entries

ABSENT = "There is no such document, or you may not see it."


class Right(StrEnum):
    """What a person may be allowed to do."""

    READ = "read documents"
    READ_EARLIER = "read earlier revisions"
    FOLLOW = "follow how a revision is made"
    WRITE = "write drafts"
    TAKE_PART = "take part in making a revision"
    REVIEW = "review"
    APPROVE = "approve"
    CONTROL = "control documents"
    READ_EVERYTHING = "read every revision"
    READ_AUDIT_TRAIL = "read the audit trail"
    ADMINISTER = "administer people"
    DISPOSE = "dispose of documents"
    ENGAGE_AUDITORS = "engage auditors"


class Library(Enum):
    """The library itself, which reads what it indexes, issues and checks; never somebody at a browser."""

    ITSELF = "library"


Reader = User | Library


def is_in_audience(user: User, revision: Revision) -> bool:
    """Say whether the revision is meant for the person by its classification."""
    return any(f"|{group}|" in revision.audience for group in user.audience)


def is_in_audience_still(user: User, revision: Revision) -> bool:
    """Say whether an earlier revision, and the one that stands for its document now, are both meant for the person."""
    present = revision.document.in_force or revision.document.latest_published
    return present is not None and is_in_audience(user, present) and is_in_audience(user, revision)


def is_at_work_on(user: User, revision: Revision) -> bool:
    """Say whether the person writes the revision, or is asked to sign it, themselves or for somebody absent."""
    if user.person in revision.author_persons:
        return True
    mine = {user.id, *(absent.id for absent in user.stands_in_for)}
    return any(mine & set(step.people) for step in revision.asked)


def is_in_scope(user: User, revision: Revision) -> bool:
    """Say whether the revision falls under what the auditor is engaged to look at."""
    if not user.audit_scope or EVERYTHING in user.audit_scope:
        return bool(user.audit_scope)
    document = revision.document
    standards = (row.standard for row in revision.document_metadata.clauses)
    entries = scope_entries(document.canonical, document.type.name, revision.department, standards)
    return bool(entries & user.audit_scope)


def audits_everything(user: User) -> bool:
    """Say whether the auditor is engaged to look at everything."""
    return EVERYTHING in user.audit_scope


def audits_something(user: User) -> bool:
    """Say whether the auditor has an engagement that is running."""
    return bool(user.audit_scope)


Tie = Callable[[User, Revision], bool]
_ANYBODY = frozenset(Role)
_ANY = frozenset(State)
_READING = (Right.READ, Right.READ_EARLIER)
_FOLLOWING = (*_READING, Right.FOLLOW)


@dataclass(frozen=True)
class Rule:
    """A row of the table: rights, whose they are, in which states of a revision, and what ties it to the person."""

    rights: tuple[Right, ...]
    roles: frozenset[Role]
    states: frozenset[State] = _ANY
    tie: Tie | None = None
    only_if: Callable[[User], bool] | None = None


def _of(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


RULES = (
    Rule(_READING, _ANYBODY, frozenset({State.IN_FORCE}), is_in_audience),
    Rule((Right.READ_EARLIER,), _ANYBODY, frozenset(PUBLISHED_STATES), is_in_audience_still),
    Rule(_FOLLOWING, _of(Role.CONTROLLER)),
    Rule(_FOLLOWING, _of(Role.AUDITOR), _ANY, is_in_scope, only_if=audits_something),
    Rule(_FOLLOWING, _of(Role.AUTHOR), frozenset({State.DRAFT}), is_in_audience),
    Rule((*_FOLLOWING, Right.TAKE_PART), _ANYBODY, _ANY, is_at_work_on),
    Rule((Right.WRITE,), _of(Role.CONTROLLER)),
    Rule((Right.WRITE,), _of(Role.AUTHOR), _ANY, is_in_audience),
    Rule((Right.WRITE,), _of(Role.AUTHOR), _ANY, lambda user, revision: user.person in revision.author_persons),
    Rule((Right.TAKE_PART,), _of(Role.AUTHOR, Role.REVIEWER, Role.APPROVER, Role.CONTROLLER)),
    Rule((Right.REVIEW,), _of(Role.REVIEWER, Role.APPROVER, Role.CONTROLLER)),
    Rule((Right.APPROVE,), _of(Role.APPROVER, Role.CONTROLLER)),
    Rule((Right.CONTROL,), _of(Role.CONTROLLER)),
    Rule((Right.READ_EVERYTHING,), _of(Role.CONTROLLER)),
    Rule((Right.READ_EVERYTHING,), _of(Role.AUDITOR), only_if=audits_everything),
    Rule((Right.READ_AUDIT_TRAIL,), _of(Role.CONTROLLER, Role.ADMINISTRATOR)),
    Rule((Right.READ_AUDIT_TRAIL,), _of(Role.AUDITOR), only_if=audits_something),
    Rule((Right.ADMINISTER,), _of(Role.ADMINISTRATOR)),
    Rule((Right.DISPOSE,), _of(Role.CONTROLLER)),
    Rule((Right.ENGAGE_AUDITORS,), _of(Role.CONTROLLER, Role.ADMINISTRATOR)),
)
_RULES_FOR = {right: tuple(rule for rule in RULES if right in rule.rights) for right in Right}


def may(user: Reader, right: Right, revision: Revision | None = None) -> bool:
    """Say whether the person may do this with the revision; without one, whether they may do it with some revision."""
    if isinstance(user, Library):
        return right in _FOLLOWING
    return any(
        user.holds(*rule.roles)
        and (rule.only_if is None or rule.only_if(user))
        and (revision is None or revision.state in rule.states)
        and (revision is None or rule.tie is None or rule.tie(user, revision))
        for rule in _RULES_FOR[right]
    )


def require(user: User, right: Right) -> None:
    """Raise NotPermittedError unless the person has the right."""
    require_one_of(user, right)


def require_one_of(user: User, right: Right, *others: Right) -> None:
    """Raise NotPermittedError unless the person has one of the rights; it names the first."""
    if not any(may(user, each) for each in (right, *others)):
        raise NotPermittedError(
            "Your roles do not allow you to %(right)s; ask the administrator of the library if you should.",
            right=right.value,
        )


def may_read(user: User, revision: Revision) -> bool:
    """Say whether the person may read this revision: readers see what is in force for them, never a draft."""
    return may(user, Right.READ, revision)


def may_read_history(user: User, revision: Revision) -> bool:
    """Say whether the person may read an earlier revision, which is always marked as such."""
    return may(user, Right.READ_EARLIER, revision)


def may_write(user: User, revision: Revision) -> bool:
    """Say whether the person may change the draft: a controller any, an author those they may read."""
    return may(user, Right.WRITE, revision)


def require_part(user: User, revision: Revision) -> Revision:
    """Return the revision if the person has a part in its life; raise NotPermittedError for those who only read."""
    if not may(user, Right.TAKE_PART, revision):
        raise NotPermittedError("You may read this revision, but you are not asked to review, approve or write it.")
    return revision


def require_readable(user: User, revision: Revision | None) -> Revision:
    """Return the revision; raise NotFoundError where it does not exist or the person may not know that it does."""
    if revision is None or not may_read_history(user, revision):
        raise NotFoundError(ABSENT)
    return revision


def require_writable(user: User, revision: Revision | None) -> Revision:
    """Return the revision if the person may change its draft."""
    require(user, Right.WRITE)
    if revision is None or not may_write(user, revision):
        raise NotFoundError(ABSENT)
    return revision
