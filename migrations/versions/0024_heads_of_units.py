"""who is the head of a department, a site or a group"""

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    # One statement for both databases: SQLite adds a reference only together with its column.
    op.execute(
        "ALTER TABLE units ADD COLUMN head_id INTEGER "
        f"CONSTRAINT {op.f('fk_units_head_id_people')} REFERENCES people (id) ON DELETE RESTRICT"
    )
