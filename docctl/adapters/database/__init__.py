"""The database: SQLite by default, PostgreSQL at scale."""

from docctl.adapters.database.connections import (
    BUSY_TIMEOUT_MS,
    TROUBLE,
    answering,
    as_refusal,
    commit,
    lock_head,
    open_database,
    reading_engine,
    writing_engine,
)
from docctl.adapters.database.scratch import scratch
from docctl.adapters.database.tables import (
    changing_tables,
    drop_tables,
    durability_faults,
    holds_a_library,
    knows_schema,
    newest_schema,
    number_on,
    require_durable,
    require_tables,
    schema_is_current,
    schema_of,
    wipe_deleted,
)

__all__ = [
    "BUSY_TIMEOUT_MS",
    "TROUBLE",
    "answering",
    "as_refusal",
    "changing_tables",
    "commit",
    "drop_tables",
    "durability_faults",
    "holds_a_library",
    "knows_schema",
    "lock_head",
    "newest_schema",
    "number_on",
    "open_database",
    "reading_engine",
    "require_durable",
    "require_tables",
    "schema_is_current",
    "schema_of",
    "scratch",
    "wipe_deleted",
    "writing_engine",
]
