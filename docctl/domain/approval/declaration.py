"""The declaration that comes before a person's first signature: that it binds like one written by hand."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from docctl.domain.mapping import Record

DECLARATION_VERSION = "1"
DECLARATION = (
    "My electronic signature in this library, given with my login name and my password, is the legally binding "
    "equivalent of my handwritten signature. I use it only myself, and nobody else knows my password."
)


class Declaration(Record):
    """A person's acceptance of one version of the declaration."""

    __tablename__ = "declarations"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), primary_key=True)
    version: Mapped[str] = mapped_column(String(20), primary_key=True)
    accepted_at: Mapped[datetime]
