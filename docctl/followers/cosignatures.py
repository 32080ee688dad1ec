"""Asks each witness that has an address to co-sign what happened since it last did, and once a day in any case."""

import logging
from datetime import timedelta

from sqlalchemy import select

from docctl.actions.trail.witnessing import ask_witness
from docctl.document_control import DocumentControl
from docctl.document_control.trail_tree import CosignedHeads, origin_now
from docctl.domain.errors import HeadRefusedError, InvalidInputError, WitnessUnreachableError
from docctl.domain.trail.witness import Cosignature, Witness
from docctl.followers.watermark import head_seq

log = logging.getLogger(__name__)
NEWS_AFTER, ALIVE_AFTER = timedelta(minutes=10), timedelta(days=1)


def follow(control: DocumentControl) -> int:
    """Ask whoever is due; return how many co-signed."""
    answered = 0
    for witness_id, name in _due(control):
        try:
            ask_witness(control, witness_id)
            answered += 1
        except (HeadRefusedError, WitnessUnreachableError, InvalidInputError) as trouble:
            log.warning("%s did not co-sign, and is asked again: %s", name, trouble)
    return answered


def _due(control: DocumentControl) -> list[tuple[int, str]]:
    with control.reading() as session:
        asked = select(Witness).where(Witness.dismissed_at.is_(None), Witness.address != "").order_by(Witness.id)
        witnesses = session.scalars(asked).all()
        if not witnesses:
            return []
        head, keys = head_seq(session), control.ledger_keys(session)
        heads = CosignedHeads(session, control.tree.up_to_now(session), keys)
        of_now = select(Cosignature).where(Cosignature.origin == origin_now(session, keys))
        kept = {row.witness_id: row for row in session.scalars(of_now)}
        now, due = control.now(), list[tuple[int, str]]()
        for witness in witnesses:
            row = kept.get(witness.id)
            seen_at = heads.seen_at(witness, row) if row is not None else None
            has_news = row is None or seen_at is None or row.signed.head.size < head
            patience = NEWS_AFTER if has_news else ALIVE_AFTER
            if seen_at is None or now - seen_at >= patience or seen_at - now >= ALIVE_AFTER:
                due.append((witness.id, witness.name))
    return due
