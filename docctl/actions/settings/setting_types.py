"""Setting document types: how their documents are numbered, started, approved and reviewed."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl.document_control import Decision, DocumentControl
from docctl.document_control.word_templates import require_template
from docctl.domain.approval.approval_route import ApprovalRoute
from docctl.domain.documents.document_metadata import checked_line
from docctl.domain.documents.document_number import NumberScheme
from docctl.domain.documents.document_type import DocumentType, settle_names
from docctl.domain.errors import InvalidInputError, WrongStateError
from docctl.domain.rights.permission import Right, require
from docctl.domain.trail.events.settings import TypeAdded, TypeChanged
from docctl.texts.invisible_characters import says_nothing


@dataclass(frozen=True)
class TypeSettings:
    """What all documents of one type have in common."""

    name: str
    number_pattern: str
    template: str
    route: str
    review_cycle_months: int = 24
    is_default: bool = False
    is_external: bool = False

    @classmethod
    def of(cls, kind: DocumentType) -> "TypeSettings":
        """Return the settings of a type as it is now."""
        return cls(
            name=kind.name,
            number_pattern=kind.number_pattern,
            template=kind.template,
            route=kind.approval_route.name,
            review_cycle_months=kind.review_cycle_months,
            is_default=kind.is_default,
            is_external=kind.is_external,
        )

    def as_recorded(self, kind: DocumentType) -> dict[str, Any]:
        """Return the settings as events say them of a type, which they know by its number."""
        return asdict(self) | {"type": kind.id, "route_number": kind.approval_route.id}


STANDARD_TYPES = (
    TypeSettings("manual", "MAN-###", "manual.docx", "Review and approval", 24),
    TypeSettings("policy", "POL-###", "policy.docx", "Review and approval", 24),
    TypeSettings("procedure", "SOP-##", "procedure.docx", "Review and approval", 24, is_default=True),
    TypeSettings("work instruction", "WI-###", "work-instruction.docx", "Approval only", 36),
    TypeSettings("form", "FRM-###", "form.docx", "Approval only", 36),
    TypeSettings("plan", "PLN-###", "plan.docx", "Approval only", 12),
    TypeSettings("register", "REG-###", "register.docx", "Approval only", 12),
    TypeSettings("external document", "EXT-###", "external-document.docx", "Approval only", 12, is_external=True),
)


def set_type(control: DocumentControl, person_id: int, settings: TypeSettings, *, is_new: bool = False) -> None:
    """Add a document type, or change the one of that name, unless it is to be new; revisions under way keep theirs."""
    with control.deciding(person_id) as decision:
        require(decision.person, Right.CONTROL)
        if is_new:
            require_free(decision.session, checked_type_name(settings.name))
        lay_type(decision, settings)


def require_free(session: Session, name: str) -> None:
    """Raise WrongStateError where a document type bears the name now."""
    if session.scalar(select(func.count(DocumentType.id)).where(DocumentType.name == name)):
        raise WrongStateError("There is a document type “%(name)s” already; choose another name.", name=name)


def lay_type(decision: Decision, settings: TypeSettings) -> None:
    """Add a document type, or change the one of that name, within a decision."""
    session = decision.session
    name = checked_type_name(settings.name)
    route = session.scalars(select(ApprovalRoute).where(ApprovalRoute.name == settings.route)).first()
    if route is None:
        raise InvalidInputError("A document type needs a name and an approval route; choose one from the list.")
    require_template(decision.control, session, settings.template)
    NumberScheme(settings.number_pattern)
    found = session.scalars(select(DocumentType).where(DocumentType.name == name)).first()
    kind = found or DocumentType(name=name, former_names=[])
    if route.retired_at is not None and route is not kind.approval_route:
        raise WrongStateError("The route “%(route)s” is retired; choose another.", route=route.name)
    if settings.is_default and kind.retired_at is not None:
        raise WrongStateError("The document type “%(name)s” is retired; new documents cannot be of it.", name=name)
    kind.number_pattern, kind.template = settings.number_pattern, settings.template
    kind.review_cycle_months, kind.approval_route = max(1, settings.review_cycle_months), route
    kind.is_external = settings.is_external
    if settings.is_default:
        for other in session.scalars(select(DocumentType)):
            other.is_default = False
    kind.is_default = settings.is_default
    session.add(kind)
    session.flush()
    settle_names(session.scalars(select(DocumentType)))
    decision.record((TypeChanged if found else TypeAdded)(**TypeSettings.of(kind).as_recorded(kind)), kind.subject)


def checked_type_name(name: str) -> str:
    """Return the name of a document type as it is kept; raise InvalidInputError where it says nothing."""
    name = checked_line(" ".join(name.split()).lower())
    if says_nothing(name):
        raise InvalidInputError("A document type needs a name and an approval route; choose one from the list.")
    return name
