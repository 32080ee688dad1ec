"""Replays what is claimed of revisions that were made elsewhere, and compares it with its rows."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.domain.documents.adopted_revision import AdoptedRevision
from docctl.domain.documents.document import Document
from docctl.domain.documents.revision import Revision
from docctl.domain.trail.events.intake import EarlierAdopted, RevisionAdopted
from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.registers.integrity.finding import Finding, broken


class AdoptionReplay:
    """Takes events in order; then says which claims were changed without one."""

    def __init__(self) -> None:
        self._claimed: dict[tuple[str, int], dict[str, Any]] = {}

    def take(self, event: Recorded[Details]) -> None:
        """Take one event as it was recorded."""
        if isinstance(event.details, RevisionAdopted | EarlierAdopted) and event.details.claimed is not None:
            self._claimed[event.key] = event.details.claimed

    def compare(self, session: Session) -> Iterator[Finding]:
        """Find rows that say something else than the events."""
        query = (
            select(Document.number, Revision.number, AdoptedRevision)
            .join(Revision, Revision.id == AdoptedRevision.revision_id)
            .join(Document, Document.id == Revision.document_id)
        )
        rows = {(number, revision): claims.as_row() for number, revision, claims in session.execute(query)}
        for key in sorted(rows.keys() | self._claimed.keys()):
            if rows.get(key) != self._claimed.get(key):
                name = f"{key[0]} revision {key[1]}"
                yield broken("I4", name, f"What {name} was adopted as was changed without an event.")
