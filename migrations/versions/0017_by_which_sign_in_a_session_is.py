"""by which event a session was signed in, and events found by what they are about and their act"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("sessions", sa.Column("signed_in_by", sa.Integer(), nullable=True))
    op.create_index("ix_events_subject_act", "events", ["subject", "act"])
    op.drop_index("ix_events_subject", table_name="events")
