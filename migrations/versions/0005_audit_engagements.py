"""audit engagements"""

import sqlalchemy as sa
from alembic import op

from docctl.domain import mapping

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "audit_engagements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("opened_at", mapping.UtcDateTime(), nullable=False),
        sa.Column("ended_at", mapping.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_audit_engagements_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_engagements")),
    )
    op.create_index(op.f("ix_audit_engagements_user_id"), "audit_engagements", ["user_id"], unique=False)
    op.create_table(
        "auditor_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", mapping.UtcDateTime(), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("document", sa.String(length=60), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("asked", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_auditor_views_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auditor_views")),
    )
    op.create_index(op.f("ix_auditor_views_seen_at"), "auditor_views", ["seen_at"], unique=False)
    op.create_index(op.f("ix_auditor_views_user_id"), "auditor_views", ["user_id"], unique=False)
