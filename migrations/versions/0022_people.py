"""people apart from their accounts: everybody who has one, called as their first account is"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

# Accounts were never given to another human, so the first ones stand in the order in which replaying numbers people.
PEOPLE = """
INSERT INTO people (id, key, name, email, language, account_id)
SELECT ROW_NUMBER() OVER (ORDER BY id), person, name, email, '', id
FROM users WHERE id IN (SELECT MIN(id) FROM users GROUP BY person) ORDER BY id
"""


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("personnel_number", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("supervisor_id", sa.Integer(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["supervisor_id"], ["people.id"], name=op.f("fk_people_supervisor_id_people"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["users.id"], name=op.f("fk_people_account_id_users"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("key", name=op.f("uq_people_key")),
        sa.UniqueConstraint("personnel_number", name=op.f("uq_people_personnel_number")),
    )
    op.create_index(op.f("ix_people_supervisor_id"), "people", ["supervisor_id"], unique=False)
    op.execute(PEOPLE)
