"""Alerting: what administrators, and the person concerned, have to look at because somebody may be forging."""

from docctl.actions.notices import notifying
from docctl.document_control import Decision
from docctl.domain.people.user import User
from docctl.domain.trail.events.sign_in import SecurityAlert


def alert(decision: Decision, concerned: User, subject: str, text: str) -> None:
    """Record a security alert that administrators see until they note it, and the person when they next sign in."""
    decision.record(SecurityAlert(told=text), concerned.subject, reason=subject)
    notifying.alert_administrators(decision, subject, text)
