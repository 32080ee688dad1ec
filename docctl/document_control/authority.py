"""Authority at use: the events by which whoever acts may, and a refusal where a row is not as its event made it."""

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl.document_control.departments import called_since
from docctl.domain.approval.approval_route import ApprovalRoute
from docctl.domain.approval.delegation import Delegation
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.errors import AuthorityChangedError, WrongPasswordError
from docctl.domain.people.user import User
from docctl.domain.rights.audit_engagement import AuditEngagement
from docctl.domain.sign_in.commitments import SET_A_SECRET
from docctl.domain.sign_in.credential import Credential
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.approval import DAY_NOT_HERE, DelegateNamed, DelegationRevoked
from docctl.domain.trail.events.people import Account, UserAdded, UserChanged, UserDisabled
from docctl.domain.trail.events.reading import read_again
from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.domain.trail.events.rights import Engagement, EngagementChanged, EngagementEnded
from docctl.domain.trail.events.settings import RouteAsLaid, TypeAsSet

_OF_ACCOUNTS = (Act.USER_ADDED, Act.USER_CHANGED, Act.USER_DISABLED, Act.USER_ENABLED)
_OF_DELEGATIONS = (Act.DELEGATE_NAMED, Act.DELEGATION_REVOKED)
_OF_ROUTES = (Act.ROUTE_ADDED, Act.ROUTE_CHANGED, Act.ROUTE_RENAMED)
_OF_TYPES = (Act.TYPE_ADDED, Act.TYPE_CHANGED, Act.TYPE_RENAMED)
_OF_ENGAGEMENTS = (Act.ENGAGEMENT_OPENED, Act.ENGAGEMENT_CHANGED, Act.ENGAGEMENT_ENDED)


def _newest_first(session: Session, subjects: Iterable[str], acts: Iterable[Act]) -> Iterator[Recorded[Details]]:
    about = Event.subject.in_([each[:120] for each in subjects]), Event.act.in_(acts)
    wanted = select(Event.text, Event.record).where(*about).order_by(Event.seq.desc())
    return (read_again(text, record) for text, record in session.execute(wanted))


def refusal(what: str) -> AuthorityChangedError:
    """Return the refusal of whatever relies on something that is not as its events made it."""
    return AuthorityChangedError(
        "%(what)s is not as its events made it, so nothing was recorded; tell the administrator, who runs "
        "“docctl verify”.",
        what=what,
    )


def of_account(session: Session, user: User) -> int:
    """Return the event that last gave an account its roles; raise AuthorityChangedError where it is not as that says.

    What the record of an event said, and is not here any more, is compared with nothing.
    """
    given: tuple[Recorded[Details], Account] | None = None
    is_disabled: bool | None = None
    for event in _newest_first(session, user.subjects, _OF_ACCOUNTS):
        match event.details:
            case UserAdded() as told if given is None:
                given = event, told
            case UserChanged(new=told) if given is None:
                given = event, told
            case UserAdded() | UserChanged():
                continue
            case other if is_disabled is None:
                is_disabled = isinstance(other, UserDisabled)
    if given is None or user.disabled is not bool(is_disabled) or not _is_as_told(session, user, *given):
        raise refusal(f"The account of {user.name}")
    return given[0].seq


def is_as_given(session: Session, user: User) -> bool:
    """Say whether an account is as its events made it."""
    try:
        of_account(session, user)
    except AuthorityChangedError:
        return False
    return True


def _is_as_told(session: Session, user: User, event: Recorded[Details], told: Account) -> bool:
    """Say whether an account is as an event says, under the name that its department bears since."""
    apart = event.is_without_record or called_since(session, told.department, event.seq) == user.department
    is_login = told.login in ("", user.login)
    said = (told.name, sorted(told.roles), told.person)
    return apart and is_login and said == (user.name, sorted(user.roles), user.person)


def of_delegation(session: Session, absent: User, delegate_id: int) -> int:
    """Return the event by which a delegate stands in; raise AuthorityChangedError where none is as the rows say."""
    revoked = set[int]()
    kept = {each.id: each for each in session.scalars(select(Delegation).where(Delegation.delegate_id == delegate_id))}
    for event in _newest_first(session, absent.subjects, _OF_DELEGATIONS):
        match event.details:
            case DelegationRevoked(delegation=number):
                revoked.add(number)
            case DelegateNamed(delegation=number) as told if number in kept and number not in revoked:
                row = kept[number]
                is_same = (told.absent, told.delegate) == (row.absent_id, row.delegate_id) and row.revoked_at is None
                if is_same and told.from_day in (row.from_day, DAY_NOT_HERE) and told.until_day in (
                    row.until_day, DAY_NOT_HERE
                ):  # fmt: skip
                    return event.seq
    raise refusal(f"The delegation of {absent.name}")


def of_engagements(session: Session, user: User, today: date) -> Iterator[int]:
    """Give out the events that made an auditor's engagements of a day.

    Raises AuthorityChangedError where one is otherwise.
    """
    newest = dict[int, tuple[int, Engagement | None]]()
    for event in _newest_first(session, user.subjects, _OF_ENGAGEMENTS):
        match event.details:
            case EngagementEnded(engagement=number):
                newest.setdefault(number, (event.seq, None))
            case EngagementChanged(new=told):
                newest.setdefault(told.engagement, (event.seq, told))
            case Engagement() as told:
                newest.setdefault(told.engagement, (event.seq, told))
    kept = session.scalars(select(AuditEngagement).where(AuditEngagement.user_id == user.id))
    for row in (each for each in kept if each.is_running(today)):
        seq, said = newest.get(row.id, (0, None))
        if said is None or (said.scope, said.begins_on, said.ends_on) != (row.scope, row.begins_on, row.ends_on):
            raise refusal(f"The audit engagement of {user.name}")
        yield seq


def of_route(session: Session, route: ApprovalRoute) -> int:
    """Return the event that laid down a route; raise AuthorityChangedError where its steps are others."""
    for event in _newest_first(session, [route.subject], _OF_ROUTES):
        if isinstance(event.details, RouteAsLaid) and event.details.steps == route.rows:
            return event.seq
        break
    raise refusal(f"The approval route “{route.name}”")


def of_type(session: Session, kind: DocumentType) -> int:
    """Return the event that set a document type; raise AuthorityChangedError where what decides is set otherwise."""
    for event in _newest_first(session, [kind.subject], _OF_TYPES):
        told = event.details
        if isinstance(told, TypeAsSet) and _is_of_route(kind.approval_route, told) and (
            max(1, told.review_cycle_months), told.is_external
        ) == (kind.review_cycle_months, kind.is_external):  # fmt: skip
            return event.seq
        break
    raise refusal(f"The document type “{kind.name}”")


def _is_of_route(route: ApprovalRoute, told: TypeAsSet) -> bool:
    """Say whether an event gave a type this route, which events of earlier versions call by a name it once had."""
    if told.route_number is not None:
        return told.route_number == route.id
    return told.route in (route.name, *route.former_names)


def require_unchanged(session: Session, user: User, credential: Credential) -> None:
    """Raise WrongPasswordError where what was shown was set anew between showing and acting."""
    later = Event.subject.in_(user.subjects) & Event.act.in_(SET_A_SECRET) & (Event.seq > credential.as_of)
    if credential.events and credential.as_of and session.scalar(select(func.max(Event.seq)).where(later)):
        raise WrongPasswordError(
            "Your password or second factor was changed meanwhile, so nothing was recorded; give it again."
        )
