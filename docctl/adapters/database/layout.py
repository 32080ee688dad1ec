"""How the tables are laid out: whether each clause that the migrations make is there, and nothing beside them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from docctl.adapters.database import postgresql_layout, sqlite_layout
from docctl.adapters.database.connections import POSTGRESQL
from docctl.adapters.database.part import Part

TABLE = "table"
STANDS_ALONE = (TABLE, "view", "materialised view", "foreign table", "partitioned table")
_NUMBERS_OF_SQLITE = ("user_version", "application_id")


@dataclass(frozen=True)
class Deviation:
    """A part of the tables that is missing, or laid out otherwise: as it has to be, and what is there instead."""

    part: Part
    instead: Part | None = field(default=None)


def missing_parts(connection: Connection, laid_out: Iterable[Part]) -> list[Deviation]:
    """Return what is not as the migrations lay it out; given is what they make in an empty SQLite database."""
    wanted, there = _wanted(connection, laid_out), parts_of(connection)
    tables, held = {part.table for part in there if part.kind == TABLE}, set(there)
    instead = {(part.table, part.kind, part.name): part for part in there}
    return [
        Deviation(part, instead.get((part.table, part.kind, part.name)))
        for part in wanted
        if part not in held and (part.kind == TABLE or part.table in tables)
    ]


def foreign_parts(connection: Connection, laid_out: Iterable[Part]) -> list[Part]:
    """Return what no migration laid out, in our tables or beside them, and numbers in the file of SQLite."""
    wanted = _wanted(connection, laid_out)
    known, found = Counter((part.table, part.kind, part.name) for part in wanted), list[Part]()
    for part in parts_of(connection):
        known[part.table, part.kind, part.name] -= 1
        is_ours = not part.table or part.kind in STANDS_ALONE or known[part.table, TABLE, ""] >= 0
        found += [part] if is_ours and known[part.table, part.kind, part.name] < 0 else []
    for name in _NUMBERS_OF_SQLITE if connection.dialect.name == "sqlite" else ():
        if number := connection.scalar(text(f"PRAGMA {name}")):
            found.append(Part("", "number", name, str(number), keeps_a_rule=False))
    return found


def _wanted(connection: Connection, laid_out: Iterable[Part]) -> list[Part]:
    parts = list(laid_out)
    return parts if connection.dialect.name != POSTGRESQL else postgresql_layout.laid_out(connection.dialect, parts)


def parts_of(connection: Connection) -> list[Part]:
    """Return every part of how the tables are laid out."""
    layout = postgresql_layout if connection.dialect.name == POSTGRESQL else sqlite_layout
    return list(layout.there(connection))
