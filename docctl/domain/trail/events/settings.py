"""Events by which the library is founded and its settings changed: organisation, document types, routes."""

from dataclasses import dataclass
from typing import Annotated

from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.form import Earlier, Row
from docctl.domain.trail.events.recorded import Details

FIRST_DEPARTMENTS = [
    "Management",
    "Quality",
    "Information Security",
    "Environment",
    "Health and Safety",
    "Human Resources",
    "Procurement",
]


@dataclass(frozen=True)
class LibraryFounded(Details, act=Act.LIBRARY_FOUNDED):
    """The library was founded; the subject is the name of the organisation."""

    time_zone: Annotated[str, "The time zone of the organisation, such as Europe/Berlin."]
    language: Annotated[str, "The language of the library.", Earlier("en")]
    departments: Annotated[
        list[str], "The departments of the organisation, which get the numbers from 1.", Earlier(FIRST_DEPARTMENTS)
    ]
    public_key: Annotated[str, "The public key that signs the ledger from the first event on."]


@dataclass(frozen=True)
class LibraryChanged(Details, act=Act.LIBRARY_CHANGED):
    """Settings of the library were changed; the subject is the name of the organisation from then on."""

    time_zone: Annotated[str | None, "The time zone of the organisation."] = None
    departments: Annotated[
        list[str] | None,
        "All departments of the organisation, which only events of earlier versions say: what the list adds gets the "
        "next numbers, what it leaves out is retired.",
    ] = None
    standards: Annotated[list[str] | None, "The standards that the organisation follows."] = None
    demonstration: Annotated[bool | None, "Whether the library is for demonstration."] = None
    second_factor_roles: Annotated[list[str] | None, "The roles that need a second factor to sign in."] = None
    people_records_months: Annotated[
        int | None, "For how many months records of a disabled account are kept; 0 until somebody decides."
    ] = None


@dataclass(frozen=True)
class TypeAsSet(Details):
    """The settings of a document type; the subject is `document_type:` and its name."""

    name: Annotated[str, "The name of the document type."]
    number_pattern: Annotated[str, "The pattern of the numbers of its documents."]
    template: Annotated[str, "The Word template that its documents are issued in."]
    route: Annotated[str, "The name of its approval route."]
    review_cycle_months: Annotated[int, "After how many months a document in force is due for review."]
    is_default: Annotated[bool, "Whether a new document is of this type unless another is chosen."]
    is_external: Annotated[bool, "Whether its documents were made outside the organisation."]
    type: Annotated[int | None, "The number of the document type, by which it is known whatever its name."] = None
    route_number: Annotated[int | None, "The number of its approval route."] = None


@dataclass(frozen=True)
class TypeAdded(TypeAsSet, act=Act.TYPE_ADDED):
    """A document type was added; the subject is `document_type:` and its name."""


@dataclass(frozen=True)
class TypeChanged(TypeAsSet, act=Act.TYPE_CHANGED):
    """A document type was changed; revisions under way keep the route that they were submitted to."""


@dataclass(frozen=True)
class TypeRenamed(TypeAsSet, act=Act.TYPE_RENAMED):
    """A document type was renamed; the subject is `document_type:` and its new name, to which its settings went on."""

    old: Annotated[str | None, "The name that it had before; it answers to it until another type bears it."] = None


@dataclass(frozen=True)
class TypeRetired(Details, act=Act.TYPE_RETIRED):
    """A document type was retired: no new documents are of it, and those there are stay as they are."""

    type: Annotated[int, "The number of the document type."]


@dataclass(frozen=True)
class TypeReinstated(Details, act=Act.TYPE_REINSTATED):
    """A retired document type is offered again."""

    type: Annotated[int, "The number of the document type."]


@dataclass(frozen=True)
class RouteAsLaid(Details):
    """The steps of an approval route; the subject is `approval_route:` and its name."""

    steps: Annotated[list[Row], "The steps in order: `kind`, `meaning`, `needed`, `people` and `roles`."]
    route: Annotated[int | None, "The number of the approval route, by which it is known whatever its name."] = None


@dataclass(frozen=True)
class RouteAdded(RouteAsLaid, act=Act.ROUTE_ADDED):
    """An approval route was added; the subject is `approval_route:` and its name."""


@dataclass(frozen=True)
class RouteChanged(RouteAsLaid, act=Act.ROUTE_CHANGED):
    """An approval route was changed; revisions under way keep the steps that they were submitted to."""


@dataclass(frozen=True)
class RouteRenamed(RouteAsLaid, act=Act.ROUTE_RENAMED):
    """An approval route was renamed; the subject is `approval_route:` and its new name, with the steps as they were."""

    old: Annotated[str | None, "The name that it had before."] = None


@dataclass(frozen=True)
class RouteRetired(Details, act=Act.ROUTE_RETIRED):
    """An approval route that no document type uses was retired, and is not offered any more."""

    route: Annotated[int, "The number of the approval route."]


@dataclass(frozen=True)
class RouteReinstated(Details, act=Act.ROUTE_REINSTATED):
    """A retired approval route is offered again."""

    route: Annotated[int, "The number of the approval route."]
