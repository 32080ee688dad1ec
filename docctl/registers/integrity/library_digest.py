"""One fingerprint over everything that the audit trail accounts for: the same before a disaster and after it."""

import hashlib
import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, select

from docctl.document_control import DocumentControl
from docctl.domain.mapping import Record
from docctl.registers.integrity.columns import FREE_COLUMNS, FREE_TABLES


def library_digest(control: DocumentControl) -> dict[str, str]:
    """Return the fingerprint of every table, each over its rows in one order that does not depend on row numbers."""
    with control.reading() as session:
        connection = session.connection()
        places = {table.name: _places(connection, table) for table in _tables()}
        return {table.name: _fingerprint(connection, table, places) for table in _tables()}


def _tables() -> list[Table]:
    return [table for name, table in sorted(Record.metadata.tables.items()) if name not in FREE_TABLES]


def _places(connection: Connection, table: Table) -> dict[Any, int]:
    """Return the place of each row among its table's rows, by its own number, which may have gaps."""
    if "id" not in table.c:
        return {}
    return {row_id: place for place, row_id in enumerate(connection.scalars(select(table.c.id).order_by(table.c.id)))}


def _fingerprint(connection: Connection, table: Table, places: dict[str, dict[Any, int]]) -> str:
    columns = [column for column in table.c if _is_told(column)]
    rows = []
    for row in connection.execute(select(*columns)):
        said = {
            column.name: _plain(column, value, places)
            for column, value in zip(columns, row, strict=True)
            if column.name != "id" or table.name == "users"
        }
        rows.append(json.dumps(said, sort_keys=True, ensure_ascii=False))
    return hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()


def _is_told(column: Column[Any]) -> bool:
    return f"{column.table.name}.{column.name}" not in FREE_COLUMNS


def _plain(column: Column[Any], value: Any, places: dict[str, dict[Any, int]]) -> Any:
    for key in column.foreign_keys:
        target = key.column.table.name
        if key.column.name == "id" and target != "users" and value is not None:
            return places[target][value]
    return value.isoformat() if isinstance(value, date | datetime) else value
