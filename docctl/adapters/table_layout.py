"""Lays out the tables by the migrations with Alembic; loaded only where there is something to lay out."""

from pathlib import Path

from alembic import command
from alembic.config import Config


def lay_out(connection: object, migrations: Path, schema: str = "head") -> None:
    """Bring the tables to a schema, the newest unless another is named, within the transaction of the connection."""
    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.attributes["connection"] = connection
    command.upgrade(config, schema)
