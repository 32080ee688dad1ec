"""The database: SQLite by default, PostgreSQL at scale."""

from docctl.adapters.database.connections import (
    BUSY_TIMEOUT_MS,
    TROUBLE,
    answering,
    as_refusal,
    commit,
    file_of,
    foreign_beside,
    lock_head,
    open_database,
    place_of,
    reading_engine,
    writing_engine,
)
from docctl.adapters.database.copying import copy_instant
from docctl.adapters.database.layout import Deviation, foreign_parts, missing_parts, parts_of
from docctl.adapters.database.part import Part
from docctl.adapters.database.scratch import scratch
from docctl.adapters.database.tables import (
    changing_tables,
    drop_tables,
    durability_faults,
    holds_a_library,
    is_gone,
    knows_schema,
    newest_schema,
    number_on,
    require_fit,
    schema_is_current,
    schema_of,
    wipe_deleted,
)

__all__ = [
    "BUSY_TIMEOUT_MS",
    "TROUBLE",
    "Deviation",
    "Part",
    "answering",
    "as_refusal",
    "changing_tables",
    "commit",
    "copy_instant",
    "drop_tables",
    "durability_faults",
    "file_of",
    "foreign_beside",
    "foreign_parts",
    "holds_a_library",
    "is_gone",
    "knows_schema",
    "lock_head",
    "missing_parts",
    "newest_schema",
    "number_on",
    "open_database",
    "parts_of",
    "place_of",
    "reading_engine",
    "require_fit",
    "schema_is_current",
    "schema_of",
    "scratch",
    "wipe_deleted",
    "writing_engine",
]
