"""what keeps files from being issued, and the differences between page and files that were let stand"""

import sqlalchemy as sa
from alembic import op

from docctl.domain import mapping

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("revisions", sa.Column("issue_trouble", sa.Text(), nullable=False, server_default=""))
    troubled = sa.text("issue_trouble != ''")
    op.create_index("ix_revisions_issue_trouble", "revisions", ["id"], sqlite_where=troubled, postgresql_where=troubled)
    op.create_table(
        "differences_let_stand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("row", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("printed_name", sa.String(length=120), nullable=False),
        sa.Column("let_stand_at", mapping.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["revisions.id"],
            name=op.f("fk_differences_let_stand_revision_id_revisions"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_differences_let_stand_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_differences_let_stand")),
        sa.UniqueConstraint(
            "revision_id",
            "fingerprint",
            "key",
            name=op.f("uq_differences_let_stand_revision_id_fingerprint_key"),
        ),
    )
    op.create_index(op.f("ix_differences_let_stand_revision_id"), "differences_let_stand", ["revision_id"])
