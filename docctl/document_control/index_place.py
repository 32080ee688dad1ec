"""Where the search index stands beside the audit trail."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.adapters.search_index import SearchIndex
from docctl.domain.trail.audit_trail import Event


def is_of_this_trail(index: SearchIndex, session: Session) -> bool:
    """Say whether the index follows this audit trail: one of another library, or from after a restored copy, does not.

    Where it does not, nobody is answered from it until it was built again.
    """
    seq, chain = index.place()
    if seq == 0 or session.scalar(select(Event.chain).where(Event.seq == seq)) == chain:
        return True
    index.doubt()
    return False
