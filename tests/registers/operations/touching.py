"""Everything that an act may touch, and whether it would be refused for that."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.document_control.touched_rows import BY_NUMBER, BY_OWNER, Touched
from docctl.domain.errors import AuthorityChangedError
from docctl.domain.mapping import Record
from docctl.registers.operations.at_use import AtUse

TOUCHED = sorted({*BY_NUMBER, *BY_OWNER} - {"recovery_codes"})


def refusals(control: DocumentControl, session: Session | None = None, tables: Collection[str] = TOUCHED) -> list[str]:
    """Return why acts upon anything of these tables would be refused."""
    if session is None:
        with control.reading() as reading:
            return refusals(control, reading, tables)
    found, at_use = [], AtUse(control)
    for touched in (each for table in tables for each in _all_of(session, table)):
        try:
            at_use(session, touched)
        except AuthorityChangedError as refusal:
            found.append(str(refusal))
    return found


def _all_of(session: Session, table: str) -> list[Touched]:
    owner = {"type_id": "document_types"}.get(BY_OWNER[table], "users") if table in BY_OWNER else table
    return [Touched(table, number) for number in session.scalars(select(Record.metadata.tables[owner].c.id))]
