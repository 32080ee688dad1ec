"""saved drafts are found by their fingerprint, as the short link on a copy names it"""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_index(op.f("ix_saved_drafts_fingerprint"), "saved_drafts", ["fingerprint"], unique=False)
