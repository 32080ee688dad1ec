"""Kinds of documents: their numbers, the template they start from, who approves them, how often they are reviewed."""

import calendar
import json
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, ForeignKey, String, cast, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from docctl.domain.approval.approval_route import ApprovalRoute
from docctl.domain.documents.document_number import NumberScheme
from docctl.domain.documents.word_template import TEMPLATE_TYPE
from docctl.domain.mapping import Record

FORM_TYPE = "form"
"""The document type whose documents are forms."""


class DocumentType(Record):
    """A kind of document, with what all documents of that kind have in common."""

    __tablename__ = "document_types"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    number_pattern: Mapped[str] = mapped_column(String(40))
    template: Mapped[str] = mapped_column(String(120))
    review_cycle_months: Mapped[int] = mapped_column(default=24)
    is_default: Mapped[bool] = mapped_column(default=False)
    is_external: Mapped[bool] = mapped_column(default=False)
    former_names: Mapped[list[str]] = mapped_column(default=list)
    answers_to: Mapped[list[str]] = mapped_column(default=list)
    retired_at: Mapped[datetime | None]
    approval_route_id: Mapped[int] = mapped_column(ForeignKey("approval_routes.id", ondelete="RESTRICT"))
    approval_route: Mapped[ApprovalRoute] = relationship(lazy="joined")

    @property
    def subject(self) -> str:
        """How the audit trail names the type at this moment."""
        return f"document_type:{self.name}"

    def rename(self, name: str) -> None:
        """Give the type another name; the one it had is kept, and answered to as settle_names() says."""
        self.former_names, self.name = [*self.former_names, self.name], name

    @property
    def scheme(self) -> NumberScheme:
        """The number scheme of the type."""
        return NumberScheme(self.number_pattern)

    @property
    def is_template(self) -> bool:
        """Whether the documents of the type are Word templates, which others are issued in."""
        return TEMPLATE_TYPE in self.answers_to

    @property
    def is_form(self) -> bool:
        """Whether the documents of the type are forms, in which a place to fill in is meant to be left open."""
        return FORM_TYPE in self.answers_to

    def claims(self, number: str) -> bool:
        """Say whether a number is of this type, by its scheme or because it starts with the type's name."""
        return self.scheme.claims(number) or number.upper().startswith(self.name.upper() + "-")


def settle_names(types: Iterable[DocumentType]) -> None:
    """Let each type answer to every name that it ever bore, unless another that is not retired bears it now."""
    known = list(types)
    living = {kind.name: kind for kind in known if kind.retired_at is None}
    for kind in known:
        former = dict.fromkeys(name for name in kind.former_names if name != kind.name)
        kind.answers_to = [kind.name, *(name for name in former if name not in living)]


def answering_to(names: Iterable[str]) -> ColumnElement[bool]:
    """The type answers to one of the names."""
    kept = cast(DocumentType.answers_to, String)
    return or_(*(kept.contains(json.dumps(name), autoescape=True) for name in names))


def review_due(effective: date, cycle_months: int) -> date:
    """Return the day on which a revision is due for review: its effective date plus the cycle of its type."""
    months = effective.month - 1 + cycle_months
    year, month = effective.year + months // 12, months % 12 + 1
    return date(year, month, min(effective.day, calendar.monthrange(year, month)[1]))
