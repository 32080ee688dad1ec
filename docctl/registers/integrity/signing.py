"""Replays declarations and delegations, and compares them with their rows."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.domain.approval.declaration import Declaration
from docctl.domain.approval.delegation import Delegation
from docctl.domain.trail.events.approval import DeclarationAccepted, DelegateNamed, DelegationRevoked
from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.registers.integrity.finding import Finding, broken


class SigningReplay:
    """Takes events in order; then says which declaration or delegation was changed without one."""

    def __init__(self) -> None:
        self._declared: set[tuple[int, str]] = set()
        self._delegated: dict[int, tuple[Any, ...]] = {}

    def take(self, event: Recorded[Details]) -> None:
        """Take one event as it was recorded."""
        match event.details:
            case DeclarationAccepted(version=version):
                self._declared.add((event.account, version))
            case DelegateNamed() as told:
                days = (told.from_day, told.until_day)
                self._delegated[told.delegation] = (told.absent, told.delegate, *days, event.reason, False)
            case DelegationRevoked(delegation=number):
                self._delegated[number] = (*self._delegated[number][:-1], True)

    def compare(self, session: Session) -> Iterator[Finding]:
        """Find rows that say something else than the events."""
        declared = {(row.user_id, row.version) for row in session.scalars(select(Declaration))}
        if declared != self._declared:
            yield broken("I4", "declarations", "The declarations accepted are not those that the audit trail tells of.")
        rows = {
            row.id: (
                row.absent_id, row.delegate_id, row.from_day, row.until_day, row.reason, row.revoked_at is not None
            )
            for row in session.scalars(select(Delegation))
        }  # fmt: skip
        for number in sorted(rows.keys() | self._delegated.keys()):
            if rows.get(number) != self._delegated.get(number):
                yield broken("I4", f"delegation {number}", f"Delegation {number} was changed without an event.")
