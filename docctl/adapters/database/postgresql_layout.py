"""How PostgreSQL says that its tables are laid out, and how the migrations lay them out there."""

import re
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, Dialect, ForeignKeyConstraint, Index, Table, UniqueConstraint, text
from sqlalchemy.schema import CreateIndex

from docctl.adapters.database.part import Part
from docctl.domain.mapping import Record

SCHEMA_TABLE = "alembic_version"
_KINDS = {"p": "primary key", "u": "unique constraint", "f": "foreign key", "c": "check constraint"}
_OTHER_KINDS = {"x": "exclusion constraint", "t": "constraint trigger", "n": "NOT NULL constraint"}
_RELATIONS = {"v": "view", "m": "materialised view", "f": "foreign table", "p": "partitioned table"}
# What PostgreSQL writes into a condition of an index beyond what it was given.
_ADDED = {"text", "character", "varying", "any", "array", "in"}
_HERE = "relnamespace = current_schema()::regnamespace"
_TABLES = f"SELECT oid, relname, relkind, relpersistence, relrowsecurity FROM pg_class WHERE {_HERE} AND relkind IN ('r', 'v', 'm', 'f', 'p') ORDER BY relname"  # noqa: S608, E501
_COLUMNS = """SELECT attname, format_type(atttypid, atttypmod), attnotnull, coalesce(pg_get_expr(adbin, adrelid), ''),
 CASE WHEN attcollation <> typcollation THEN collname ELSE '' END, attidentity::text || attgenerated::text
 FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid LEFT JOIN pg_collation ON pg_collation.oid = attcollation
 LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
 WHERE attrelid = :table AND attnum > 0 AND NOT attisdropped ORDER BY attnum"""
_CONSTRAINTS = "SELECT conname, contype, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = :table AND contype <> 'n' ORDER BY 1"  # noqa: E501
_INDEXES = """SELECT relname, indisunique, indisvalid, pg_get_indexdef(indexrelid, 0, true) FROM pg_index
 JOIN pg_class ON pg_class.oid = indexrelid WHERE indrelid = :table
 AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid) ORDER BY 1"""
_DISABLED = "SELECT count(*) FROM pg_trigger WHERE tgrelid = :table AND tgisinternal AND tgenabled <> 'O'"
_POLICIES = "SELECT polname FROM pg_policy WHERE polrelid = :table ORDER BY 1"
_HEIRS = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = :table ORDER BY 1"
_EVENT_TRIGGERS = "SELECT evtname FROM pg_event_trigger ORDER BY 1"


def laid_out(dialect: Dialect, parts: Iterable[Part]) -> list[Part]:
    """Return what the migrations lay out on PostgreSQL; given is what they lay out on SQLite."""
    clauses = {(part.table, part.name): part.said for part in parts if part.kind == "column"}
    found = [Part(SCHEMA_TABLE, "table")]
    for table in Record.metadata.tables.values():
        found += [Part(table.name, "table"), *_columns(dialect, table, clauses), *_constraints(table)]
        found += [_index(dialect, index) for index in table.indexes]
    return found


def _columns(dialect: Dialect, table: Table, clauses: dict[tuple[str, str], str]) -> Iterator[Part]:
    for column in table.c:
        said = str(column.type.compile(dialect)).lower().replace("varchar", "character varying")
        default = re.search(r"default (\S+)", clauses.get((table.name, column.name), ""))
        value = default.group(1) if default else ""
        if said in ("boolean", "integer"):
            value = value.strip("'")
            value = {"0": "false", "1": "true"}.get(value, value) if said == "boolean" else value
        if column is table.autoincrement_column:
            value = f"nextval({table.name}_{column.name}_seq)"
        yield Part(table.name, "column", column.name, f"{said} default {value}" if value else said)
        if not column.nullable:
            yield Part(table.name, "NOT NULL on", column.name)


def _constraints(table: Table) -> Iterator[Part]:
    yield Part(table.name, "primary key", said=f"PRIMARY KEY ({', '.join(table.primary_key.columns.keys())})")
    for made in table.constraints:
        if isinstance(made, UniqueConstraint):
            columns = ", ".join(made.columns.keys())
            yield Part(table.name, "unique constraint", str(made.name), f"UNIQUE ({columns})")
        elif isinstance(made, ForeignKeyConstraint):
            columns, [element] = ", ".join(made.columns.keys()), made.elements
            said = f"FOREIGN KEY ({columns}) REFERENCES {made.referred_table.name}({element.column.name})"
            said += f" ON DELETE {made.ondelete}" if made.ondelete else ""
            yield Part(table.name, "foreign key", columns, said)


def _index(dialect: Dialect, index: Index) -> Part:
    where = index.dialect_options[dialect.name].get("where")
    made = " ".join(str(CreateIndex(index).compile(dialect=dialect)).split())
    said = f"({', '.join(index.columns.keys())})"
    return _index_part(str(index.table.name) if index.table is not None else "", str(index.name), bool(index.unique),
                       said, "" if where is None else str(where), f"{made};")  # fmt: skip


def _index_part(table: str, name: str, is_unique: bool, said: str, where: str, statement: str) -> Part:
    words = " ".join(sorted(set(re.findall(r"\w+", where.lower())) - _ADDED))
    told = f"{said} where {words}" if words else said
    return Part(table, "unique index" if is_unique else "index", name, told, is_unique, statement)


def there(connection: Connection) -> Iterator[Part]:
    """Give every clause of every table, and what acts beside them."""
    for number, name, kind, lasting, guarded in connection.execute(text(_TABLES)).all():
        if kind != "r":
            yield Part(name, _RELATIONS[kind], keeps_a_rule=False)
            continue
        yield Part(name, "table")
        if name in Record.metadata.tables:
            yield from _of_table(connection, number, name)
            if lasting != "p":
                yield Part(name, "kind", "unlogged", statement=f"ALTER TABLE {name} SET LOGGED;")
            if guarded:
                statement = f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY;"
                yield Part(name, "guard", "row level security", statement=statement)
            yield from _beside(connection, number, name)
    for (name,) in connection.execute(text(_EVENT_TRIGGERS)):
        yield Part("", "event trigger", name, statement=f'DROP EVENT TRIGGER "{name}";')


def _of_table(connection: Connection, number: int, table: str) -> Iterator[Part]:
    given = {"table": number}
    for name, kind, is_needed, default, collation, made in connection.execute(text(_COLUMNS), given).all():
        value = re.sub(r"'(?:\w+\.)?\"?(\w+)\"?'::regclass", r"\1", default)
        value = re.sub(r"::[a-z ]+$", "", value)
        words = (
            kind,
            f"default {value}" if value else "",
            f"collate {collation}" if collation else "",
            made.strip("\0"),
        )
        yield Part(table, "column", name, " ".join(word for word in words if word), keeps_a_rule=bool(made))
        if is_needed:
            yield Part(table, "NOT NULL on", name)
    for name, kind, said in connection.execute(text(_CONSTRAINTS), given).all():
        told, what = said.replace('"', ""), (_KINDS | _OTHER_KINDS).get(kind, "constraint")
        columns = re.findall(r"\(([^)]*)\)", told)[:1] or [name]
        called = {"p": "", "f": columns[0]}.get(kind, name)
        yield Part(table, what, called, told)
    for name, is_unique, is_valid, said in connection.execute(text(_INDEXES), given).all():
        before, _, where = said.replace('"', "").partition(" WHERE ")
        columns = before.partition(" USING btree ")[2] or before
        yield _index_part(table, name, is_unique, columns if is_valid else f"{columns} not valid", where, "")


def _beside(connection: Connection, number: int, table: str) -> Iterator[Part]:
    """Give what lets a table show or keep other rows than were put into it."""
    if connection.scalar(text(_DISABLED), {"table": number}):
        statement = f"ALTER TABLE {table} ENABLE TRIGGER ALL;"
        yield Part(table, "state", "disabled triggers, so its foreign keys keep no rule", statement=statement)
    for (name,) in connection.execute(text(_POLICIES), {"table": number}):
        yield Part(table, "policy", name, statement=f'DROP POLICY "{name}" ON {table};')
    for (name,) in connection.execute(text(_HEIRS), {"table": number}):
        yield Part(table, "heir", name, statement=f"ALTER TABLE {name} NO INHERIT {table};")
