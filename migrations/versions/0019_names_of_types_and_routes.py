"""the names that document types and approval routes had, whether they are retired, and numbers that events can tell"""

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
NAMED = ("document_types", "approval_routes")


def upgrade() -> None:
    for table in NAMED:
        op.add_column(table, sa.Column("former_names", sa.JSON(), nullable=False, server_default="[]"))
        op.add_column(table, sa.Column("retired_at", sa.DateTime(), nullable=True))
        number_in_order(op.get_bind(), table)
    op.add_column("document_types", sa.Column("answers_to", sa.JSON(), nullable=False, server_default="[]"))
    for number, name in op.get_bind().execute(sa.text("SELECT id, name FROM document_types")).all():
        op.get_bind().execute(
            sa.text("UPDATE document_types SET answers_to = :names WHERE id = :number"),
            {"names": json.dumps([name]), "number": number},
        )


def number_in_order(connection: sa.Connection, name: str) -> None:
    """Close gaps in the numbers of rows, so that they are those that the events before this version make of them."""
    table = sa.Table(name, sa.MetaData(), autoload_with=connection)
    numbers = connection.scalars(sa.select(table.c.id).order_by(table.c.id)).all()
    for wanted, number in enumerate(numbers, 1):
        if wanted == number:
            continue
        row = dict(connection.execute(sa.select(table).where(table.c.id == number)).mappings().one())
        connection.execute(table.update().where(table.c.id == number).values(name=f"#{number}"))
        connection.execute(table.insert().values(row | {"id": wanted}))
        for other, column in _referring(connection, name):
            connection.execute(other.update().where(other.c[column] == number).values({column: wanted}))
        connection.execute(table.delete().where(table.c.id == number))


def _referring(connection: sa.Connection, name: str) -> Iterator[tuple[sa.Table, str]]:
    inspector = sa.inspect(connection)
    for other in inspector.get_table_names():
        for key in inspector.get_foreign_keys(other):
            if key["referred_table"] == name:
                yield sa.Table(other, sa.MetaData(), autoload_with=connection), key["constrained_columns"][0]
