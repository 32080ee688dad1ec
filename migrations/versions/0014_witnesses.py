"""witnesses, and what they co-signed"""

import sqlalchemy as sa
from alembic import op

from docctl.domain import mapping

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "witnesses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("registered_at", mapping.UtcDateTime(), nullable=False),
        sa.Column("dismissed_at", mapping.UtcDateTime(), nullable=True),
        sa.Column("refused_at", mapping.UtcDateTime(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witnesses")),
    )
    op.create_table(
        "cosignatures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("witness_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["witness_id"], ["witnesses.id"], name=op.f("fk_cosignatures_witness_id_witnesses"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cosignatures")),
        sa.UniqueConstraint("witness_id", "origin", name=op.f("uq_cosignatures_witness_id_origin")),
    )
