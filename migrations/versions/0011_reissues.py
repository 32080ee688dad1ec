"""the Word template of an issue, and earlier issues of the same revision"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("revisions", sa.Column("issued_template", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("revisions", sa.Column("earlier_issues", sa.JSON(), nullable=False, server_default="[]"))
