"""sessions and sign-in attempts"""

import sqlalchemy as sa
from alembic import op

from docctl.domain import mapping

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "sessions",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("session_key", sa.String(length=32), nullable=False),
        sa.Column("created_at", mapping.UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", mapping.UtcDateTime(), nullable=False),
        sa.Column("ends_at", mapping.UtcDateTime(), nullable=False),
        sa.Column("wrong_passwords", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id_users"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)
    op.create_index(op.f("ix_sessions_ends_at"), "sessions", ["ends_at"], unique=False)
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("refused", sa.Float(), nullable=False),
        sa.Column("last_refused_at", mapping.UtcDateTime(), nullable=False),
        sa.Column("wait_until", mapping.UtcDateTime(), nullable=True),
        sa.Column("told_at", mapping.UtcDateTime(), nullable=True),
        sa.Column("untold", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
    )
    op.create_index(op.f("ix_sign_in_attempts_last_refused_at"), "sign_in_attempts", ["last_refused_at"], unique=False)
