"""declarations, delegations, signatures in somebody's place"""

import sqlalchemy as sa
from alembic import op

from docctl.domain import mapping

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("sessions", sa.Column("signed_at", mapping.UtcDateTime(), nullable=True))
    op.add_column("signatures", sa.Column("in_place_of_id", sa.Integer(), nullable=True))
    op.add_column(
        "signatures", sa.Column("in_place_of_person", sa.String(length=80), nullable=False, server_default="")
    )
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("signatures", "printed_name", type_=sa.String(length=250))
    op.create_table(
        "declarations",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("accepted_at", mapping.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_declarations_user_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("user_id", "version", name=op.f("pk_declarations")),
    )
    op.create_table(
        "delegations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("absent_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("named_by", sa.String(length=120), nullable=False),
        sa.Column("named_at", mapping.UtcDateTime(), nullable=False),
        sa.Column("revoked_at", mapping.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["absent_id"], ["users.id"], name=op.f("fk_delegations_absent_id_users"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["users.id"], name=op.f("fk_delegations_delegate_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    op.create_index(op.f("ix_delegations_absent_id"), "delegations", ["absent_id"], unique=False)
    op.create_index(op.f("ix_delegations_delegate_id"), "delegations", ["delegate_id"], unique=False)
