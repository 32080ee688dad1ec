"""Compares every column of every table with what the events make of it, by the replay that rebuilds a library."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, create_engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from docctl.document_control import DocumentControl
from docctl.domain.errors import DocctlError
from docctl.domain.mapping import Record
from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.domain.trail.events.retention import DocumentDisposed, Tombstone
from docctl.registers.integrity.columns import BY_THE_CHAIN, FREE_TABLES, IDENTITY, is_compared
from docctl.registers.integrity.finding import Finding, broken
from docctl.replay.acts import REBUILDS
from docctl.replay.replaying import Replayed, replay_event

STRETCH = 500
Row = dict[str, Any]
Names = dict[str, dict[Any, str]]


class ReplayedRows:
    """The tables as the events make them, in a database of their own in memory."""

    def __init__(self, control: DocumentControl) -> None:
        self._engine = create_engine("sqlite://")
        tables = [table for table in Record.metadata.sorted_tables if table.name not in FREE_TABLES]
        Record.metadata.create_all(self._engine, tables=tables)
        self._session = Session(self._engine)
        self._state = Replayed(control, self._session, control.library.refs())
        self._taken = 0
        self.stopped = ""
        self.tombstones: dict[str, Tombstone] = {}

    def take(self, event: Recorded[Details]) -> None:
        """Let an event make or change its rows."""
        if isinstance(event.details, DocumentDisposed):
            self.tombstones[event.number] = event.details.tombstone
        if self.stopped:
            return
        try:
            replay_event(self._state, event, REBUILDS)
        except (DocctlError, SQLAlchemyError, LookupError, TypeError, ValueError, AttributeError) as wrong:
            self.stopped = f"The rows were not compared, because event {event.seq} cannot be replayed: {wrong}"
            self._session.rollback()
        self._taken += 1
        if self._taken % STRETCH == 0:
            self._session.flush()
            self._state.forget()

    def compare(self, session: Session) -> Iterator[Finding]:
        """Find each row that is not as the events make it, was added, or is missing."""
        if self.stopped:
            yield broken("I10", "rows", self.stopped)
            return
        self._session.flush()
        made, kept = self._session.connection(), session.connection()
        names_made, names_kept = _names(made), _names(kept)
        open_entries = {(table, names_made[table][number], entry) for table, number, entry in self._state.open_entries}
        for table in Record.metadata.sorted_tables:
            if table.name in FREE_TABLES or table.name in BY_THE_CHAIN:
                continue
            yield from _compare(table, _rows(made, table, names_made), _rows(kept, table, names_kept), open_entries)


def _compare(
    table: Table, made: dict[str, list[Row]], kept: dict[str, list[Row]], open_entries: set[tuple[str, str, str]]
) -> Iterator[Finding]:
    for name in sorted(made.keys() | kept.keys()):
        where = name if table.name in IDENTITY else f"A row of {_in_words(table.name)} of {name}"
        missing, added = _without_common(made.get(name, []), kept.get(name, []))
        for wanted, found in zip(missing, added, strict=False):
            wrong = sorted(column for column in wanted if wanted[column] != found[column])
            wrong = [column for column in wrong if (table.name, name, column) not in open_entries]
            if wrong:
                told = ", ".join(f"{_in_words(column)} is “{_short(found[column])}”" for column in wrong)
                made_of = ", ".join(f"“{_short(wanted[column])}”" for column in wrong)
                yield broken("I4", name, f"{where} was changed without an event: {told}, the events say {made_of}.")
        for _ in missing[len(added) :]:
            yield broken("I4", name, f"{where} is missing, but events made it.")
        for _ in added[len(missing) :]:
            yield broken("I4", name, f"{where} is there, but no event made it.")


def _without_common(made: list[Row], kept: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows of each side that the other has not, in an order that pairs those most alike by their text."""
    left, right = _by_text(made), _by_text(kept)
    only_made = [row for text in sorted(left) for row in left[text][len(right.get(text, ())) :]]
    only_kept = [row for text in sorted(right) for row in right[text][len(left.get(text, ())) :]]
    return only_made, only_kept


def _by_text(rows: list[Row]) -> dict[str, list[Row]]:
    by_text: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_text[json.dumps(row, sort_keys=True, default=str)].append(row)
    return by_text


def _rows(connection: Connection, table: Table, names: Names) -> dict[str, list[Row]]:
    """Return a table's rows by the name of what each is about, with names in place of the numbers of other rows."""
    columns = [column for column in table.c if is_compared(column)]
    rows: dict[str, list[Row]] = defaultdict(list)
    for values in connection.execute(select(*table.c)):
        row = {column.name: _plain(names, column, value) for column, value in zip(table.c, values, strict=True)}
        rows[_about(table, row)].append({column.name: row[column.name] for column in columns})
    return rows


def _about(table: Table, row: Row) -> str:
    """Return the name of what a row is about: its own, or of the row that it belongs to."""
    if table.name in IDENTITY:
        return IDENTITY[table.name].format(**row)
    owner = next((column.name for column in table.c if column.foreign_keys), None)
    return str(row[owner]) if owner is not None else _in_words(table.name)


def _names(connection: Connection) -> Names:
    """Return what each row that others refer to is called, by its number; tables that others build on come first."""
    names: Names = {}
    for table in Record.metadata.sorted_tables:
        if table.name in IDENTITY:
            wanted = [
                column for column in table.c if column.name == "id" or f"{{{column.name}}}" in IDENTITY[table.name]
            ]
            names[table.name] = {}
            for values in connection.execute(select(*wanted)):
                row = {column.name: _plain(names, column, value) for column, value in zip(wanted, values, strict=True)}
                names[table.name][row["id"]] = IDENTITY[table.name].format(**row)
    return names


def _plain(names: Names, column: Any, value: Any) -> Any:
    for key in column.foreign_keys:
        if value is not None and key.column.name == "id":
            return names[key.column.table.name].get(value, f"nothing ({value})")
    return value.isoformat() if isinstance(value, date | datetime) else value


def _in_words(name: str) -> str:
    """Return the name of a table or a column as people read it."""
    return name.removesuffix("_id").replace("_", " ")


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:59]}…"
