"""Recording access: what auditors look at, and refused sign-ins, go into the audit trail in batches.

They are kept in tables until then, so that a killed worker loses none of them.
"""

from collections import defaultdict
from datetime import timedelta

from sqlalchemy import delete, select

from docctl.actions.sign_in import checking_credentials
from docctl.document_control import Decision, DocumentControl
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.rights.audit_engagement import AuditorView
from docctl.domain.trail.events.rights import AuditorLooked

EVERY = timedelta(minutes=1)
MOST_IN_ONE_EVENT = 500


def note_view(
    control: DocumentControl,
    auditor: Reader,
    what: str,
    *,
    document: str = "",
    revision: int | None = None,
    asked: str = "",
) -> None:
    """Keep what an auditor looks at before they are shown it."""
    with control.remembering() as session:
        session.add(
            AuditorView(
                user_id=auditor.id,
                seen_at=control.now(),
                what=what[:60],
                document=document[:60],
                revision=revision,
                asked=asked[:300],
            )
        )


def record_collected(control: DocumentControl) -> bool:
    """Record what was collected for a minute; say whether there was anything."""
    with control.reading() as session:
        oldest = session.scalars(select(AuditorView.seen_at).order_by(AuditorView.seen_at).limit(1)).first()
        is_due = oldest is not None and control.now() - oldest >= EVERY
        is_due = is_due or checking_credentials.has_collected(session, control.now())
    if not is_due:
        return False
    with control.deciding(None) as decision:
        checking_credentials.tell_collected(decision)
        _tell_views(decision)
    return True


def _tell_views(decision: Decision) -> None:
    """Record for each auditor, in one event, what they looked at, in the order in which they did."""
    rows = decision.session.scalars(select(AuditorView).order_by(AuditorView.id).limit(MOST_IN_ONE_EVENT)).all()
    seen: dict[int, list[AuditorView]] = defaultdict(list)
    for row in rows:
        seen[row.user_id].append(row)
    for user_id, views in seen.items():
        user = decision.session.get_one(User, user_id)
        told = [view.as_recorded() for view in views]
        decision.record(AuditorLooked(views=told), user.subject)
    decision.session.execute(delete(AuditorView).where(AuditorView.id.in_([row.id for row in rows])))
