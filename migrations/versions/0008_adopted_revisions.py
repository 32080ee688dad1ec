"""claims under which earlier revisions were adopted"""

import sqlalchemy as sa
from alembic import op

from docctl.domain import mapping

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "adopted_revisions",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("written_by", sa.JSON(), nullable=False),
        sa.Column("written_at", mapping.UtcDateTime(), nullable=True),
        sa.Column("approved_by", sa.String(length=200), nullable=False),
        sa.Column("effective_date", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["revisions.id"],
            name=op.f("fk_adopted_revisions_revision_id_revisions"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_adopted_revisions")),
    )
    op.create_index("ix_adopted_revisions_file_sha256", "adopted_revisions", ["file_sha256"], unique=False)
