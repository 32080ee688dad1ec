"""open duties in the order in which the register of work shows them, and the ways in which signatures are asked"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

_OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_index(
        "ix_duties_open_by_due", "duties", ["due", "since", "revision_id", "kind", "step", "state"],
        sqlite_where=_OPEN, postgresql_where=_OPEN,
    )  # fmt: skip
    op.create_index(
        "ix_duties_open_asked", "duties", ["asks_roles", "kind", "state"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
