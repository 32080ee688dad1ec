"""for how many months the records of an account are kept once it is disabled"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    months = sa.Column("people_records_months", sa.Integer(), nullable=False, server_default="0")
    op.add_column("organisation", months)
