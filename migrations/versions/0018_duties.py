"""duties, and drafts and revisions found by whoever wrote or opened them"""

import sqlalchemy as sa
from alembic import op

from docctl.domain import mapping

revision = "0018"
down_revision = "0017"

_OPEN = sa.text("state = 'open'")
_OF_NOBODY = sa.text("state = 'open' AND user_id IS NULL")


def upgrade() -> None:
    op.create_table(
        "duties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("asks_roles", sa.String(length=200), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("since", mapping.UtcDateTime(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("ended_at", mapping.UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_duties_revision_id_revisions"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_duties_user_id_users"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
    )
    op.create_index(op.f("ix_duties_revision_id"), "duties", ["revision_id"], unique=False)
    op.create_index(
        "ix_duties_open_of_account", "duties", ["user_id", "asks_roles", "kind", "state"], sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )  # fmt: skip
    op.create_index(
        "ix_duties_open_of_revision", "duties", ["revision_id", "kind", "step", "due", "since", "state"],
        sqlite_where=_OPEN, postgresql_where=_OPEN,
    )  # fmt: skip
    op.create_index(
        "ix_duties_open_of_nobody", "duties", ["kind", "due"], sqlite_where=_OF_NOBODY, postgresql_where=_OF_NOBODY
    )  # fmt: skip
    op.create_index(op.f("ix_saved_drafts_author_id"), "saved_drafts", ["author_id"], unique=False)
    op.create_index(op.f("ix_revisions_opened_by_id"), "revisions", ["opened_by_id"], unique=False)
