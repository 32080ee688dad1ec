"""Who may do what: one table, asked through may(); nothing else decides on rights."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum

from docctl.domain.documents.lifecycle import PUBLISHED_STATES, State
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import NotFoundError, NotPermittedError
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import Role
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
    ORGANISE = "organise departments"
    DISPOSE = "dispose of documents"
    ENGAGE_AUDITORS = "engage auditors"
    ACCEPT_LOSSES = "accept losses"


class Library(Enum):
    """The library itself, which reads what it indexes, issues and checks; never somebody at a browser."""

    ITSELF = "library"


Anyone = Reader | Library


def is_in_audience(person: Reader, revision: Revision) -> bool:
    """Say whether the revision is meant for the person by its classification."""
    return any(f"|{group}|" in revision.audience for group in person.audience)


def is_in_audience_still(person: Reader, revision: Revision) -> bool:
    """Say whether an earlier revision, and the one that stands for its document now, are both meant for the person."""
    present = revision.document.in_force or revision.document.latest_published
    return present is not None and is_in_audience(person, present) and is_in_audience(person, revision)


def is_at_work_on(person: Reader, revision: Revision) -> bool:
    """Say whether the person writes the revision, or is asked to sign it, themselves or for somebody absent."""
    if person.person in revision.author_persons:
        return True
    return any(person.signs_for & set(step.people) for step in revision.asked)


def is_in_scope(person: Reader, revision: Revision) -> bool:
    """Say whether the revision falls under what the auditor is engaged to look at."""
    if not person.audit_scope or EVERYTHING in person.audit_scope:
        return bool(person.audit_scope)
    document = revision.document
    standards = (row.standard for row in revision.document_metadata.clauses)
    entries = scope_entries(document.canonical, document.type.answers_to, revision.department, standards)
    return bool(entries & person.audit_scope)


def audits_everything(person: Reader) -> bool:
    """Say whether the auditor is engaged to look at everything."""
    return EVERYTHING in person.audit_scope


def audits_something(person: Reader) -> bool:
    """Say whether the auditor has an engagement that is running."""
    return bool(person.audit_scope)


Tie = Callable[[Reader, Revision], bool]
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
    only_if: Callable[[Reader], bool] | None = None


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
    Rule((Right.WRITE,), _of(Role.AUTHOR), _ANY, lambda person, revision: person.person in revision.author_persons),
    Rule((Right.TAKE_PART,), _of(Role.AUTHOR, Role.REVIEWER, Role.APPROVER, Role.CONTROLLER)),
    Rule((Right.REVIEW,), _of(Role.REVIEWER, Role.APPROVER, Role.CONTROLLER)),
    Rule((Right.APPROVE,), _of(Role.APPROVER, Role.CONTROLLER)),
    Rule((Right.CONTROL,), _of(Role.CONTROLLER)),
    Rule((Right.READ_EVERYTHING,), _of(Role.CONTROLLER)),
    Rule((Right.READ_EVERYTHING,), _of(Role.AUDITOR), only_if=audits_everything),
    Rule((Right.READ_AUDIT_TRAIL,), _of(Role.CONTROLLER, Role.ADMINISTRATOR)),
    Rule((Right.READ_AUDIT_TRAIL,), _of(Role.AUDITOR), only_if=audits_something),
    Rule((Right.ADMINISTER,), _of(Role.ADMINISTRATOR)),
    Rule((Right.ORGANISE,), _of(Role.CONTROLLER, Role.ADMINISTRATOR)),
    Rule((Right.DISPOSE,), _of(Role.CONTROLLER)),
    Rule((Right.ENGAGE_AUDITORS,), _of(Role.CONTROLLER, Role.ADMINISTRATOR)),
    Rule((Right.ACCEPT_LOSSES,), _of(Role.CONTROLLER, Role.ADMINISTRATOR)),
)
_RULES_FOR = {right: tuple(rule for rule in RULES if right in rule.rights) for right in Right}


def may(person: Anyone, right: Right, revision: Revision | None = None) -> bool:
    """Say whether the person may do this with the revision; without one, whether they may do it with some revision."""
    if isinstance(person, Library):
        return right in _FOLLOWING
    return any(
        person.holds(*rule.roles)
        and (rule.only_if is None or rule.only_if(person))
        and (revision is None or revision.state in rule.states)
        and (revision is None or rule.tie is None or rule.tie(person, revision))
        for rule in _RULES_FOR[right]
    )


def roles_with(right: Right) -> frozenset[Role]:
    """Return the roles of which each gives the right."""
    return frozenset(role for rule in _RULES_FOR[right] for role in rule.roles)


def require(person: Reader, right: Right) -> None:
    """Raise NotPermittedError unless the person has the right."""
    require_one_of(person, right)


def require_one_of(person: Reader, right: Right, *others: Right) -> None:
    """Raise NotPermittedError unless the person has one of the rights; it names the first."""
    if not any(may(person, each) for each in (right, *others)):
        raise NotPermittedError(
            "Your roles do not allow you to %(right)s; ask the administrator of the library if you should.",
            right=right.value,
        )


def may_read(person: Reader, revision: Revision) -> bool:
    """Say whether the person may read this revision: readers see what is in force for them, never a draft."""
    return may(person, Right.READ, revision)


def may_read_history(person: Reader, revision: Revision) -> bool:
    """Say whether the person may read an earlier revision, which is always marked as such."""
    return may(person, Right.READ_EARLIER, revision)


def may_write(person: Reader, revision: Revision) -> bool:
    """Say whether the person may change the draft: a controller any, an author those they may read."""
    return may(person, Right.WRITE, revision)


def require_part(person: Reader, revision: Revision) -> Revision:
    """Return the revision if the person has a part in its life; raise NotPermittedError for those who only read."""
    if not may(person, Right.TAKE_PART, revision):
        raise NotPermittedError("You may read this revision, but you are not asked to review, approve or write it.")
    return revision


def require_readable(person: Reader, revision: Revision | None) -> Revision:
    """Return the revision; raise NotFoundError where it does not exist or the person may not know that it does."""
    if revision is None or not may_read_history(person, revision):
        raise NotFoundError(ABSENT)
    return revision


def require_writable(person: Reader, revision: Revision | None) -> Revision:
    """Return the revision if the person may change its draft."""
    require(person, Right.WRITE)
    if revision is None or not may_write(person, revision):
        raise NotFoundError(ABSENT)
    return revision
