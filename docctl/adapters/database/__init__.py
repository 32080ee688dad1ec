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
from docctl.adapters.database.tables import (
    changing_tables,
    drop_tables,
    durability_faults,
    holds_a_library,
    knows_schema,
    number_on,
    require_durable,
    require_tables,
    schema_is_current,
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
    "number_on",
    "open_database",
    "reading_engine",
    "require_durable",
    "require_tables",
    "schema_is_current",
    "wipe_deleted",
    "writing_engine",
]
