"""the record of an event, which lies apart from the ledger and can be disposed of"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("events", sa.Column("record", sa.Text(), nullable=False, server_default=""))
