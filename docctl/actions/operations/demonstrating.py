"""The demonstration library: the starter policies in every stage of life, and one login for each role."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from docctl.actions.approval import approving, reviewing
from docctl.actions.documents import drafting, withdrawing
from docctl.actions.duties import ruling_reminders
from docctl.actions.intake import importing
from docctl.actions.issued_files import publishing
from docctl.actions.people import keeping_people, organising
from docctl.actions.retention import disposing_of_records
from docctl.actions.rights import auditing
from docctl.actions.settings import administering
from docctl.actions.sign_in import identifying_signer
from docctl.document_control import DocumentControl
from docctl.document_control.departments import departments
from docctl.domain.documents.document import Document
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.people.person import Person, PersonalData
from docctl.domain.people.reminder_rules import ReminderRules
from docctl.domain.people.unit import UnitKind
from docctl.domain.people.user import Role
from docctl.domain.rights.audit_engagement import EVERYTHING
from docctl.domain.sign_in.password import Credentials
from docctl.shipped import shipped

ORGANISATION = "Municipality of Riverton"
TIME_ZONE = "Europe/Berlin"
PASSWORD = "demonstration only"  # noqa: S105
STANDARDS = ("iso-9001-2015", "iso-27001-2022", "iso-14001-2015", "iso-45001-2018")


@dataclass(frozen=True)
class Part:
    """Somebody in the demonstration: login, name, roles, department, and what they are there to show."""

    login: str
    name: str
    roles: tuple[str, ...]
    department: str
    about: str


CAST = (
    Part("controller", "Carla Ortiz", ("controller",), "Quality", "document controller: writes, imports, publishes"),
    Part("author", "Amir Haddad", ("author",), "Information Security", "author: writes drafts"),
    Part("reviewer", "Rosa Lindqvist", ("reviewer",), "Quality", "reviewer: comments, requests changes, signs reviews"),
    Part("approver", "Paul Okafor", ("approver",), "Management", "approver: signs approvals"),
    Part("reader", "Elena Brandt", ("reader",), "Human Resources", "employee: searches and reads what is in force"),
    Part("auditor", "Dr. Ingrid Vos", ("auditor",), "", "auditor: sees every revision, the audit trail, the coverage"),
    Part("administrator", "Tom Fischer", ("administrator",), "Management", "administrator: looks after people"),
)

UNITS_BESIDE_DEPARTMENTS = (
    (UnitKind.SITE, "Town Hall"),
    (UnitKind.SITE, "Municipal depot"),
    (UnitKind.POSITION, "Head of unit"),
    (UnitKind.GROUP, "Safety committee"),
)

IN_DRAFT, IN_REVIEW, IN_APPROVAL, PLANNED, WITHDRAWN, REVISED, IN_REVISION = (
    "draft", "in review", "in approval", "planned", "withdrawn", "revised", "in revision",
)  # fmt: skip
STAGES = {
    "POL-005": IN_REVIEW,
    "POL-006": PLANNED,
    "SOP-09": IN_APPROVAL,
    "SOP-10": IN_DRAFT,
    "SOP-12": IN_REVIEW,
    "SOP-13": IN_APPROVAL,
    "POL-001": REVISED,
    "SOP-01": REVISED,
    "POL-002": IN_REVISION,
    "FRM-003": WITHDRAWN,
}


class StoryClock:
    """A clock that walks through the past of the demonstration and then keeps the real time."""

    def __init__(self, start: datetime) -> None:
        self.instant: datetime | None = start

    def __call__(self) -> datetime:
        if self.instant is None:
            return datetime.now(UTC)
        self.instant += timedelta(seconds=40)
        return self.instant

    def forward(self, *, hours: float) -> None:
        """Let time go by, to an hour at which people are at work."""
        if self.instant is None:
            return
        later = self.instant + timedelta(hours=hours)
        if not 7 <= later.hour < 15:
            later = (later + timedelta(hours=(7 - later.hour) % 24)).replace(minute=later.minute)
        self.instant = later


class Story:
    """Moves the starter policies through their lives, as the people of the cast."""

    def __init__(self, control: DocumentControl, clock: StoryClock, people: dict[str, int]) -> None:
        self.control, self.clock, self.people = control, clock, people

    def tell(self, path: Path) -> None:
        """Let one starter policy live up to its stage."""
        read = importing.read_file(self.control, path.name, path.read_bytes())
        stage = STAGES.get(read.number, "in force")
        writer = "author" if read.metadata.department == "Information Security" else "controller"
        revision_id, number = importing.import_document(self.control, self.people["controller"], read)
        if writer == "author":
            self._save(revision_id, "author", "Edited for the organisation", read.text)
        self.clock.forward(hours=3)
        if stage == IN_DRAFT:
            return
        effective = None
        if stage == PLANNED:
            effective = (datetime.now(UTC) + timedelta(days=21)).date()
        self._submit(revision_id, writer, read.summary or "First edition", effective)
        if stage == IN_REVIEW:
            self._remark(revision_id, read.text)
            return
        self._review(revision_id)
        if stage == IN_APPROVAL:
            return
        self._approve(revision_id)
        if stage in (REVISED, IN_REVISION):
            self._revise(number, read.text, finished=stage == REVISED)
        if stage == WITHDRAWN:
            reason = "Training records are kept in the human resources system since this month."
            withdrawing.withdraw(self.control, self._document_id(number), self.people["controller"], reason)

    def _revise(self, number: str, text: WrittenText, *, finished: bool) -> None:
        self.clock.forward(hours=24 * 40)
        reason = "Findings of the internal audit taken up"
        revision = drafting.open_revision(self.control, self._document_id(number), self.people["controller"], reason)
        changed = text.markdown.replace("every year", "every twelve months", 1).rstrip()
        changed += "\n\n# Changes since the first revision\n\nThe findings of the internal audit are taken up: "
        changed += "responsibilities are named by function, and records say where they are kept.\n"
        self._save(revision, "controller", reason, replace(text, markdown=changed))
        if not finished:
            return
        self._submit(revision, "controller", "Responsibilities named by function after the internal audit", None)
        self._review(revision)
        self._approve(revision)

    def _save(self, revision_id: int, login: str, reason: str, text: WrittenText) -> None:
        drafting.save_draft(
            self.control,
            revision_id,
            self.people[login],
            reason=reason,
            based_on=self._shown(revision_id),
            text=text,
        )

    def _submit(self, revision_id: int, login: str, summary: str, effective: date | None) -> None:
        reviewing.submit(
            self.control,
            revision_id,
            self.people[login],
            change_summary=summary,
            based_on=self._shown(revision_id),
            effective_date=effective,
        )
        self.clock.forward(hours=20)

    def _remark(self, revision_id: int, text: WrittenText) -> None:
        heading = next((line[2:] for line in text.markdown.splitlines() if line.startswith("# ")), "")
        remark = "Please say who decides when the head of unit is away."
        reviewing.comment(self.control, revision_id, self.people["reviewer"], remark, heading)

    def _review(self, revision_id: int) -> None:
        if self._state(revision_id) != State.IN_REVIEW:
            return
        shown = self._shown(revision_id)
        reviewing.review(
            self.control, revision_id, self.people["reviewer"], shown=shown, credentials=Credentials(PASSWORD)
        )
        self.clock.forward(hours=26)

    def _approve(self, revision_id: int) -> None:
        shown = self._shown(revision_id)
        approving.approve(
            self.control, revision_id, self.people["approver"], shown=shown, credentials=Credentials(PASSWORD)
        )
        self.clock.forward(hours=2)

    def _shown(self, revision_id: int) -> str:
        with self.control.reading() as session:
            return session.get_one(Revision, revision_id).fingerprint

    def _state(self, revision_id: int) -> str:
        with self.control.reading() as session:
            return session.get_one(Revision, revision_id).state

    def _document_id(self, number: str) -> int:
        with self.control.reading() as session:
            return session.scalars(select(Document.id).where(Document.canonical == number)).one()


def build(data: Path, database_url: str, *, progress: Callable[[int, int], None]) -> None:
    """Build the demonstration library in an empty data folder; it is opened once it is whole.

    What an earlier building left that was cut off is thrown away.
    """
    clock = StoryClock(datetime.now(UTC) - timedelta(days=300))
    control = DocumentControl.found(data, database_url, clock=clock, is_whole=False)
    try:
        _tell(control, clock, progress)
    except BaseException:
        control.give_up()
        raise
    control.finish()
    control.engine.dispose()


def _tell(control: DocumentControl, clock: StoryClock, progress: Callable[[int, int], None]) -> None:
    administering.found_library(control, ORGANISATION, TIME_ZONE)
    people = _gather(control)
    story = Story(control, clock, people)
    policies = sorted(shipped("policies").glob("*.md"))
    for done, path in enumerate(policies, start=1):
        clock.forward(hours=24 * 3)
        story.tell(path)
        progress(done, len(policies))
    _reorganise(control, people)
    clock.instant = None
    publishing.publish_due(control)


def _reorganise(control: DocumentControl, people: dict[str, int]) -> None:
    """Give a department another name than its documents say, merge one into another, and keep who has no account."""
    with control.reading() as session:
        known = departments(session)
        number = {name: found.id for name in known.offered if (found := known.meant_by(name)) is not None}
        head = session.scalar(select(Person.id).where(Person.account_id == people["approver"]))
    organising.name_head(control, people["controller"], number["Management"], head)
    organising.rename_unit(control, people["controller"], number["Procurement"], "Purchasing and Contracts")
    reason = "One office looks after the environment and safety at work since the reorganisation."
    organising.merge_units(
        control, people["controller"], number["Environment"], number["Health and Safety"], reason
    )  # fmt: skip
    for kind, name in UNITS_BESIDE_DEPARTMENTS:
        organising.add_unit(control, people["controller"], name, kind)
    foreman = keeping_people.add_person(
        control, people["administrator"], PersonalData("Georg Brandt", "1024", started_on=date(2019, 4, 1))
    )
    worker = PersonalData("Jana Kowalski", "1187", supervisor=foreman, started_on=date(2024, 9, 1))
    keeping_people.add_person(control, people["administrator"], worker)


def _gather(control: DocumentControl) -> dict[str, int]:
    people: dict[str, int] = {}
    for part in sorted(CAST, key=lambda part: part.login != "administrator"):
        people[part.login] = administering.add_user(
            control,
            people.get("administrator"),
            login=part.login,
            name=part.name,
            roles=part.roles,
            department=part.department,
            email=f"{part.login}@riverton.example",
        )
        secret = administering.issue_link(control, people["administrator"], people[part.login])
        administering.choose_password(control, secret, PASSWORD)
        identifying_signer.declare(control, people[part.login])
        if Role.AUDITOR in part.roles:
            today = control.now().date()
            auditing.engage(
                control, people["administrator"], people[part.login], purpose="Certification audit",
                scope=[EVERYTHING], begins_on=today, ends_on=(datetime.now(UTC) + timedelta(days=365)).date(),
            )  # fmt: skip
    disposing_of_records.keep_records(control, people["administrator"], 36)
    rules = ReminderRules(days_before=3, again_after=5, escalate_after=5)
    ruling_reminders.rule_reminders(control, people["controller"], rules)
    administering.mark_demonstration(
        control,
        people["controller"],
        [{"login": part.login, "password": PASSWORD, "name": part.name, "about": part.about} for part in CAST],
        STANDARDS,
    )
    return people
