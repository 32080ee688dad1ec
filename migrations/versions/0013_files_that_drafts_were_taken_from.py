"""the SHA-256 of the file that a draft was taken from, which stood at the end of its reason only"""

import sqlalchemy as sa
from alembic import op

from docctl.domain.documents.saved_draft import file_sha256_in

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("saved_drafts", sa.Column("file_sha256", sa.String(length=64), nullable=False, server_default=""))
    drafts = sa.table("saved_drafts", *(sa.column(name) for name in ("id", "number", "reason", "file_sha256")))
    first = sa.select(drafts.c.id, drafts.c.number, drafts.c.reason).where(drafts.c.number == 1)
    for draft_id, number, reason in op.get_bind().execute(first).all():
        if found := file_sha256_in(number, reason):
            op.execute(drafts.update().where(drafts.c.id == draft_id).values(file_sha256=found))
    op.create_index(op.f("ix_saved_drafts_file_sha256"), "saved_drafts", ["file_sha256"], unique=False)
