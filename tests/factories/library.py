"""A founded library with its people, and an office that moves documents through their lives by the real actions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher
from sqlalchemy import select

from docctl.actions.approval import approving, reviewing
from docctl.actions.documents import drafting
from docctl.actions.rights import auditing
from docctl.actions.settings import administering
from docctl.actions.sign_in import identifying_signer
from docctl.adapters.measurements import Measurements
from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_metadata import CitedClause, Classification, DocumentMetadata
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import User
from docctl.domain.sign_in.password import Credentials
from docctl.domain.trail.host_clock import ClockLimits
from docctl.registers.operations.at_use import AtUse
from tests.factories.databases import address_of, copy_library
from tests.factories.once.made_once import made_once

HOME = Path(__file__).resolve().parents[2]
PASSWORD = "a horse that staples batteries"
PEOPLE = {
    "admin": ("Ada Administrator", ("administrator",), ""),
    "carla": ("Carla Controller", ("controller",), "Quality"),
    "alice": ("Alice Author", ("author",), "Quality"),
    "rob": ("Rob Reviewer", ("reviewer",), "Quality"),
    "ann": ("Ann Approver", ("approver",), "Management"),
    "eve": ("Eve Employee", (), "Procurement"),
    "audra": ("Audra Auditor", ("auditor",), ""),
}
TEXT = "# Purpose\n\nThis document says what we do.\n\n# Scope\n\nIt applies to everybody.\n"


# A data folder that is only copied, everybody's id by login, and the time when it was left.
Founded = tuple[Path, dict[str, int], datetime]
MEASURED = "measured"
"""Where what was found in files that were read back is kept for all tests: the same text is measured once."""
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Clock:
    """A clock that tests set; it goes on by a second whenever it is read."""

    def __init__(self, instant: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) -> None:
        self.instant = instant

    def __call__(self) -> datetime:
        self.instant += timedelta(seconds=1)
        return self.instant

    def forward(self, *, days: int = 0, hours: int = 0, minutes: int = 0) -> None:
        """Let time go by."""
        self.instant += timedelta(days=days, hours=hours, minutes=minutes)


def found_library(data: Path, clock: Clock | None = None, *, time_zone: str = "Europe/Berlin") -> DocumentControl:
    """Found a library with one person for each role, all with the same password, cheaply hashed."""
    control = DocumentControl.found(data, address_of(data), clock=clock or Clock())
    administering.found_library(control, "Town of Weights", time_zone)
    first = None
    for login, (name, roles, department) in PEOPLE.items():
        added = administering.add_user(control, first, login=login, name=name, roles=roles, department=department)
        first = first or added
        if "auditor" in roles:
            with control.reading() as session:
                today = control.today(session)
            auditing.engage(
                control, first, added, purpose="", scope=["everything"], begins_on=today, ends_on=date(2099, 12, 31)
            )
    ids = sorted(people_of(control).values())
    for person_id in ids:
        identifying_signer.declare(control, person_id)
    choose_passwords(control, *ids)
    return control


def choose_passwords(control: DocumentControl, *accounts: int, password: str = PASSWORD) -> None:
    """Let people choose a password by a link, everybody the same, as they do for themselves."""
    for account in accounts:
        administering.choose_password(control, administering.issue_link(control, None, account), password)


def open_library(data: Path, clock: Clock) -> DocumentControl:
    """Open the library in a data folder."""
    control = DocumentControl.open(data, address_of(data), clock=clock)
    control.compare_at_use = AtUse(control)
    control.clock_limits = ClockLimits(behind=None, ahead=None)  # the clocks of several processes go their own ways
    return control


def people_of(control: DocumentControl) -> dict[str, int]:
    """Return everybody's id by login."""
    with control.reading() as session:
        return {user.login: user.id for user in session.scalars(select(User))}


@dataclass(frozen=True)
class Office:
    """A library at work: alice writes, rob reviews, ann approves, carla controls, unless a test says otherwise."""

    control: DocumentControl
    people: dict[str, int]

    def person(self, login: str) -> Reader:
        """Return a person of the library."""
        with self.control.reading() as session:
            user = session.get(User, self.people[login])
            assert user is not None
            return self.control.reader(session, user)

    def give_roles(self, login: str, *roles: str) -> None:
        """Give a person these roles and no others, as the administrator."""
        account = self.person(login).account
        administering.change_user(
            self.control, self.people["admin"], account.id, name=account.name, email=account.email,
            department=account.department, roles=roles,
        )  # fmt: skip

    def type_id(self, name: str) -> int:
        """Return the id of a document type."""
        with self.control.reading() as session:
            return session.scalars(select(DocumentType.id).where(DocumentType.name == name)).one()

    def document_id(self, number: str) -> int:
        """Return the id of a document."""
        with self.control.reading() as session:
            return session.scalars(select(Document.id).where(Document.canonical == number.upper())).one()

    def revision(self, revision_id: int) -> Revision:
        """Return a revision as it is now."""
        with self.control.reading() as session:
            found = session.get(Revision, revision_id)
            assert found is not None
            assert found.current is not None
            return found

    def write(
        self,
        number: str = "POL-001",
        title: str = "Quality policy",
        text: str = TEXT,
        *,
        type_name: str = "policy",
        clauses: Iterable[tuple[str, ...]] = (),
        author: str = "alice",
        assets: dict[str, bytes] | None = None,
        departments: tuple[str, ...] = (),
        **metadata: str,
    ) -> int:
        """Write the first draft of a document; naming departments makes it restricted to them."""
        described = DocumentMetadata(
            title=title,
            classification=Classification.RESTRICTED if departments else Classification.INTERNAL,
            departments=departments,
            clauses=tuple(CitedClause(*row) for row in clauses),
            **{"owner": "Head of Quality", "department": "Quality", **metadata},
        )
        return drafting.create_document(
            self.control,
            self.people[author],
            number,
            self.type_id(type_name),
            described,
            WrittenText(text, assets or {}),
        )

    def save(
        self,
        revision_id: int,
        text: str | None = None,
        *,
        metadata: DocumentMetadata | None = None,
        reason: str = "Improve the wording",
        author: str = "alice",
    ) -> None:
        """Save a draft over the present one."""
        drafting.save_draft(
            self.control,
            revision_id,
            self.people[author],
            reason=reason,
            based_on=self.revision(revision_id).fingerprint,
            text=None if text is None else WrittenText(text),
            metadata=metadata,
        )

    def submit(self, revision_id: int, summary: str = "First issue", effective: date | None = None) -> None:
        """Submit a draft as its author."""
        reviewing.submit(
            self.control,
            revision_id,
            self.people["alice"],
            change_summary=summary,
            based_on=self.revision(revision_id).fingerprint,
            effective_date=effective,
        )

    def review(self, revision_id: int, reviewer: str = "rob") -> None:
        """Sign the review."""
        shown = self.revision(revision_id).fingerprint
        reviewing.review(
            self.control, revision_id, self.people[reviewer], shown=shown, credentials=Credentials(PASSWORD)
        )

    def approve(self, revision_id: int, approver: str = "ann") -> None:
        """Sign the approval."""
        shown = self.revision(revision_id).fingerprint
        approving.approve(
            self.control, revision_id, self.people[approver], shown=shown, credentials=Credentials(PASSWORD)
        )

    def carry_through(self, revision_id: int, summary: str = "First issue", effective: date | None = None) -> None:
        """Submit a draft and sign everything its route asks for."""
        self.submit(revision_id, summary, effective)
        if self.revision(revision_id).state == "IN_REVIEW":
            self.review(revision_id)
        self.approve(revision_id)

    def publish(self, number: str = "POL-001", title: str = "Quality policy", text: str = TEXT, **more: object) -> int:
        """Write a document and bring it into force."""
        revision_id = self.write(number, title, text, **more)  # type: ignore[arg-type]
        self.carry_through(revision_id)
        return revision_id

    def open_revision(self, number: str, reason: str = "Yearly review") -> int:
        """Open the next revision of a document."""
        return drafting.open_revision(self.control, self.document_id(number), self.people["alice"], reason)

    def revise(self, number: str, text: str, summary: str = "Bring up to date") -> int:
        """Bring a new revision of a document into force."""
        revision_id = self.open_revision(number)
        self.save(revision_id, text)
        self.carry_through(revision_id, summary)
        return revision_id


def lived_on(founded: Founded, once: Path, live: Callable[[Office, Clock], object]) -> Founded:
    """Let a copy of a library live on once, for all tests of a run to copy."""
    data, people, instant = founded

    def make(folder: Path) -> Founded:
        copy_library(data, folder / "data")
        clock = Clock(instant)
        control = open_library(folder / "data", clock)
        control.measurements = Measurements(once / MEASURED, control.secret_key)
        live(Office(control, dict(people)), clock)
        everybody = people_of(control)
        control.engine.dispose()
        control.library.let_go()
        return folder / "data", everybody, clock.instant

    return made_once(once / f"{live.__module__}.{live.__qualname__}-{data.parent.name}", make)
