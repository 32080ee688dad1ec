"""by which rules people are reminded of their duties, and when controllers were told of what is overdue"""

import sqlalchemy as sa
from alembic import op

from docctl.domain import mapping

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column("duties", sa.Column("escalated_at", mapping.UtcDateTime(), nullable=True))
    op.add_column("organisation", sa.Column("reminder_row", sa.JSON(), nullable=False, server_default="{}"))
