"""Replays declarations and delegations, and compares them with their rows."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.domain.approval.declaration import Declaration
from docctl.domain.approval.delegation import Delegation
from docctl.domain.trail.audit_trail import Act
from docctl.registers.integrity.finding import Finding, broken


class SigningReplay:
    """Takes events in order; then says which declaration or delegation was changed without one."""

    def __init__(self) -> None:
        self._declared: set[tuple[int, str]] = set()
        self._delegated: dict[int, tuple[Any, ...]] = {}

    def take(self, said: dict[str, Any]) -> None:
        """Take one event as it was recorded."""
        act = said.get("action", "")
        if act == Act.DECLARATION_ACCEPTED:
            self._declared.add((said["actor"], said["version"]))
        elif act == Act.DELEGATE_NAMED:
            days = (said["from_day"], said["until_day"])
            self._delegated[said["delegation"]] = (said["absent"], said["delegate"], *days, said["reason"], False)
        elif act == Act.DELEGATION_REVOKED:
            self._delegated[said["delegation"]] = (*self._delegated[said["delegation"]][:-1], True)

    def compare(self, session: Session) -> Iterator[Finding]:
        """Find rows that say something else than the events."""
        declared = {(row.user_id, row.version) for row in session.scalars(select(Declaration))}
        if declared != self._declared:
            yield broken("I4", "declarations", "The declarations accepted are not those that the audit trail tells of.")
        rows = {
            row.id: (
                row.absent_id, row.delegate_id, row.from_day.isoformat(), row.until_day.isoformat(), row.reason,
                row.revoked_at is not None,
            )
            for row in session.scalars(select(Delegation))
        }  # fmt: skip
        for number in sorted(rows.keys() | self._delegated.keys()):
            if rows.get(number) != self._delegated.get(number):
                yield broken("I4", f"delegation {number}", f"Delegation {number} was changed without an event.")
