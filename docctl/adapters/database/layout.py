"""How the tables are laid out: whether each index and each constraint that the migrations make is still there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CheckConstraint, Connection, ForeignKeyConstraint, Index, Table, UniqueConstraint, inspect, text
from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.schema import CreateIndex

from docctl.domain.mapping import Record

# What PostgreSQL writes into a condition of an index beyond what it was given.
_ADDED = {"text", "character", "varying", "any", "array", "in"}
_NUMBERS_OF_SQLITE = ("user_version", "application_id")


@dataclass(frozen=True)
class Part:
    """An index or a constraint of a table, by what it is."""

    table: str
    kind: str
    name: str
    made_of: tuple[object, ...] = ()
    keeps_a_rule: bool = field(default=True, compare=False)
    """Whether it refuses rows, rather than finding them faster."""
    statement: str = field(default="", compare=False)
    """What makes it anew, where one statement can."""


def missing_parts(connection: Connection) -> list[Part]:
    """Return the indexes and constraints of our tables that are not there, or are others under their names."""
    parts = _Parts(inspect(connection))
    there = {name: parts.of(name) for name in Record.metadata.tables if parts.has(name)}
    return [
        part
        for name in there
        for part in _laid_out(Record.metadata.tables[name], connection)
        if part not in there[name]
    ]


def foreign_parts(connection: Connection) -> list[Part]:
    """Return the indexes and constraints of our tables, and numbers in the file, that no migration made."""
    parts, found = _Parts(inspect(connection)), []
    for name, table in Record.metadata.tables.items():
        named = {(part.kind, part.name) for part in _laid_out(table, connection)}
        found += [part for part in parts.of(name) if (part.kind, part.name) not in named] if parts.has(name) else []
    for name in _NUMBERS_OF_SQLITE if connection.dialect.name == "sqlite" else ():
        if number := connection.scalar(text(f"PRAGMA {name}")):
            found.append(Part("", "number", name, (number,)))
    return found


def _laid_out(table: Table, connection: Connection) -> Iterator[Part]:
    """Give what the migrations make of a table."""
    dialect, name = connection.dialect, table.name
    yield Part(name, "primary key", "", tuple(sorted(column.name for column in table.primary_key)))
    for column in table.c:
        if not column.nullable and not column.primary_key:
            yield Part(name, "NOT NULL on", column.name)
    for index in table.indexes:
        where = index.dialect_options[dialect.name].get("where")
        yield _index(
            name, str(index.name), index.columns.keys(), bool(index.unique), where, _made_anew(index, connection)
        )
    for made in table.constraints:
        columns = tuple(sorted(column.name for column in getattr(made, "columns", ())))
        if isinstance(made, UniqueConstraint):
            yield Part(name, "unique constraint", str(made.name), columns)
        elif isinstance(made, ForeignKeyConstraint):
            yield Part(name, "foreign key", ", ".join(columns), (made.referred_table.name,))
        elif isinstance(made, CheckConstraint):
            yield Part(name, "check constraint", str(made.name))


def _index(table: str, name: str, columns: list[Any], is_unique: bool, where: object, statement: str = "") -> Part:
    kind = "unique index" if is_unique else "index"
    made_of = (
        tuple(columns),
        is_unique,
        frozenset(re.findall(r"\w+", str("" if where is None else where).lower())) - _ADDED,
    )
    return Part(table, kind, name, made_of, is_unique, statement)


def _made_anew(index: Index, connection: Connection) -> str:
    return " ".join(str(CreateIndex(index).compile(dialect=connection.dialect)).split()) + ";"


class _Parts:
    """What the database says of its tables."""

    def __init__(self, seen: Inspector) -> None:
        self._seen = seen
        self._tables = set(seen.get_table_names())
        self._where = f"{seen.dialect.name}_where"

    def has(self, table: str) -> bool:
        return table in self._tables

    def of(self, table: str) -> list[Part]:
        """Return the indexes and constraints of a table."""
        seen = self._seen
        primary = seen.get_pk_constraint(table)["constrained_columns"]
        found = [Part(table, "primary key", "", tuple(sorted(primary)))]
        for column in seen.get_columns(table):
            if not column["nullable"] and column["name"] not in primary:
                found.append(Part(table, "NOT NULL on", column["name"]))
        for index in seen.get_indexes(table):
            if not index.get("duplicates_constraint"):
                where = index.get("dialect_options", {}).get(self._where)
                found.append(_index(table, str(index["name"]), index["column_names"], bool(index["unique"]), where))
        for unique in seen.get_unique_constraints(table):
            found.append(Part(table, "unique constraint", str(unique["name"]), tuple(sorted(unique["column_names"]))))
        for key in seen.get_foreign_keys(table):
            columns = ", ".join(sorted(key["constrained_columns"]))
            found.append(Part(table, "foreign key", columns, (key["referred_table"],)))
        for check in seen.get_check_constraints(table):
            found.append(Part(table, "check constraint", str(check["name"])))
        return found
