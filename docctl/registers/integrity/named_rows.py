"""Rows in words that do not depend on numbers of the database: as events make them, and as the tables keep them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache, cached_property
from string import Formatter
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, inspect, select
from sqlalchemy.orm import RelationshipDirection

from docctl.domain.mapping import Record
from docctl.registers.integrity.columns import BY_THE_CHAIN, FREE_TABLES, IDENTITY, is_compared
from docctl.replay.rows_in_memory import NAMED_BY, RowsInMemory, fill_in

Names = dict[str, dict[Any, str]]
TOGETHER = 1000


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A row of a table: what it is about, its compared entries, and which of these no event has told yet."""

    table: str
    about: str
    entries: tuple[Any, ...]
    untold: frozenset[str] = frozenset()


class Layout:
    """Which columns of a table refer to others, are compared, and name what a row is about."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.names = [column.name for column in table.c]
        self.referred = [
            next((key.column.table.name for key in column.foreign_keys if key.column.name == "id"), None)
            for column in table.c
        ]
        self.identity = IDENTITY.get(table.name, "")
        self.named_by = [name for _, name, _, _ in Formatter().parse(self.identity) if name]
        self._compared = [place for place, column in enumerate(table.c) if is_compared(column)]
        self.compared = [self.names[place] for place in self._compared]
        self._owner = next((place for place, column in enumerate(table.c) if column.foreign_keys), None)

    @cached_property
    def reading(self) -> Select[Any]:
        """The query that reads all rows."""
        return _query(self.table.c)

    @cached_property
    def naming(self) -> Select[Any]:
        """The query that reads the number of each row, and what it is called by."""
        return _query(self.table.c[name] for name in ("id", *self.named_by))

    def row(self, values: list[Any], untold: frozenset[str] = frozenset()) -> NamedRow:
        """Return a row from all its values, with names in place of the numbers of other rows."""
        if self.identity:
            about = self.identity.format_map(dict(zip(self.names, values, strict=True)))
        else:
            about = in_words(self.table.name) if self._owner is None else str(values[self._owner])
        return NamedRow(self.table.name, about, tuple([values[place] for place in self._compared]), untold)


def _query(columns: Iterable[Column[Any]]) -> Select[Any]:
    return select(*columns).execution_options(yield_per=TOGETHER)


@cache
def layout_of(table: str) -> Layout:
    """Return the layout of a table, found out once."""
    return Layout(Record.metadata.tables[table])


def in_words(name: str) -> str:
    """Return the name of a table or a column as people read it."""
    return name.removesuffix("_id").replace("_", " ")


def kept_rows(connection: Connection, only: Set[str] = frozenset()) -> Iterator[NamedRow]:
    """Give out every row that the tables keep, of those that events make; of some tables only, where they are named."""
    names: Names = {}
    needed = set(IDENTITY) if not only else {name for table in only for name in (table, *layout_of(table).referred)}
    for table in Record.metadata.sorted_tables:
        if table.name in IDENTITY and table.name in needed:
            layout = layout_of(table.name)
            referred = [layout.referred[layout.names.index(name)] for name in layout.named_by]
            named = names[table.name] = {}
            for number, *values in connection.execute(layout.naming):
                told = _with_names(names, referred, values)
                named[number] = layout.identity.format_map(dict(zip(layout.named_by, told, strict=True)))
    for table in Record.metadata.sorted_tables:
        if table.name not in FREE_TABLES and table.name not in BY_THE_CHAIN and (not only or table.name in only):
            layout = layout_of(table.name)
            for row in connection.execute(layout.reading):
                yield layout.row(_with_names(names, layout.referred, row))


def rows_read(connection: Connection, queries: Mapping[str, Select[Any]], number: int) -> Iterator[NamedRow]:
    """Give out the rows that a query for each table reads for a number; what is not read is not named either.

    Tables stand in an order in which those come first by which others are named.
    """
    read = {table: connection.execute(query, {"number": number}).all() for table, query in queries.items()}
    names: Names = defaultdict(dict)
    for table, rows in read.items():
        layout = layout_of(table)
        for row in rows if layout.identity else ():
            told = dict(zip(layout.names, row, strict=True))
            referred = [layout.referred[layout.names.index(name)] for name in layout.named_by]
            values = _with_names(names, referred, [told[name] for name in layout.named_by])
            names[table][told["id"]] = layout.identity.format_map(dict(zip(layout.named_by, values, strict=True)))
    for table, rows in read.items():
        layout = layout_of(table)
        for row in rows:
            yield layout.row(_with_names(names, layout.referred, row))


def _with_names(names: Names, referred: list[str | None], values: Iterable[Any]) -> list[Any]:
    return [
        value if table is None or value is None else names[table].get(value, f"nothing ({value})")
        for table, value in zip(referred, values, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Way:
    """Where the object of a row keeps the value of a column, or what it refers to; else it is its owner's."""

    entry: str
    relation: str
    table: str | None
    is_owners: bool


@dataclass(frozen=True, slots=True)
class Ways:
    """Where objects of a kind keep the values of all columns, and what belongs to them."""

    layout: Layout
    ways: tuple[Way, ...]
    parts: tuple[str, ...]


class MadeRows:
    """Names the rows that events made: first those that others refer to, then documents, then the rest."""

    def __init__(self, rows: RowsInMemory) -> None:
        self._rows = rows
        self._names: Names = defaultdict(dict)

    def __iter__(self) -> Iterator[NamedRow]:
        """Give out every row."""
        kinds = self._rows.kinds()
        yield from self._all(kind for kind in NAMED_BY if kind in kinds)
        for document in self._rows.documents():
            yield from self._with_parts(document, "")
        yield from self._all(kind for kind in kinds if kind not in NAMED_BY)

    def _all(self, kinds: Iterable[type[Record]]) -> Iterator[NamedRow]:
        for kind in kinds:
            for row in self._rows.all(kind):
                yield self._row(row, "")

    def _with_parts(self, row: Record, owner: str) -> Iterator[NamedRow]:
        named, held = self._row(row, owner), vars(row)
        yield named
        for part in ways_of(type(row)).parts:
            found = held.get(part)
            for each in found if isinstance(found, list) else [found] if found is not None else ():
                yield from self._with_parts(each, named.about)

    def _row(self, row: Record, owner: str) -> NamedRow:
        fill_in(row)
        ways, held = ways_of(type(row)), vars(row)
        named = ways.layout.row([self._value(held, way, owner) for way in ways.ways], self._rows.untold(row))
        if ways.layout.identity:
            self._names[named.table][held["id"]] = named.about
        return named

    def _value(self, held: dict[str, Any], way: Way, owner: str) -> Any:
        if way.relation in held:
            other = held[way.relation]
            return None if other is None else self._name(other)
        value = held.get(way.entry)
        if way.table is None:
            return value
        if value is None:
            return owner if way.is_owners else None
        return self._names[way.table].get(value, f"nothing ({value})")

    def _name(self, row: Record) -> str:
        """Return what a row is called; a draft is asked for it by its revision, before it is given out itself."""
        ways, held = ways_of(type(row)), vars(row)
        named = self._names[ways.layout.table.name]
        if held["id"] not in named:
            told = {
                name: self._value(held, ways.ways[ways.layout.names.index(name)], "") for name in ways.layout.named_by
            }
            named[held["id"]] = ways.layout.identity.format_map(told)
        return named[held["id"]]


@cache
def ways_of(kind: type[Record]) -> Ways:
    """Return where objects of a kind keep their values, found out once."""
    mapper = inspect(kind)
    layout = layout_of(kind.__tablename__)
    relations = {
        column.name: relation.key
        for relation in mapper.relationships
        if relation.direction is RelationshipDirection.MANYTOONE
        for column in relation.local_columns
    }
    ways = tuple(
        Way(mapper.get_property_by_column(column).key, relations.get(column.name, ""), table, column in _owned())
        for column, table in zip(layout.table.c, layout.referred, strict=True)
    )
    return Ways(layout, ways, _parts(kind))


def _parts(kind: type[Record]) -> tuple[str, ...]:
    found = inspect(kind).relationships
    return tuple(each.key for each in found if each.direction is RelationshipDirection.ONETOMANY)


@cache
def _owned() -> frozenset[Any]:
    """Return the columns that say to what a row belongs that is kept by its owner alone."""
    return frozenset(
        column
        for mapper in Record.registry.mappers
        for relation in mapper.relationships
        if relation.direction is RelationshipDirection.ONETOMANY
        for column in relation.remote_side
    )
