"""when people were reminded of their duties, and of which a notice reminds"""

import sqlalchemy as sa
from alembic import op

from docctl.domain import mapping

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("duties", sa.Column("reminded_at", mapping.UtcDateTime(), nullable=True))
    op.add_column("notices", sa.Column("duty_ids", sa.JSON(), nullable=False, server_default="[]"))
