"""What a library of the benchmarks is given beside its documents in force, so that every page has something to show."""

import io
import random
import re
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from docctl.actions.approval import approving, delegating, reviewing
from docctl.actions.documents import drafting
from docctl.actions.rights import auditing
from docctl.actions.settings import administering
from docctl.document_control import DocumentControl
from docctl.domain.approval.approval_route import ApprovalRoute
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_metadata import DocumentMetadata
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.errors import StaleDraftError
from docctl.domain.issued_files.copy_link import code_of
from docctl.domain.people.user import User
from docctl.domain.sign_in.password import Credentials
from docctl.domain.trail.audit_trail import Act, Event
from tests.checks.benchmarks.library_of import PASSWORD
from tests.factories.library import Office
from tests.factories.witnesses import neighbour_of
from tests.web.documents.test_documents import PNG

PICTURED, DRAFT, IN_REVIEW, IN_APPROVAL = "PAGE-1", "PAGE-2", "PAGE-3", "PAGE-4"
PICTURE = "assets/image1.png"
TEXT = f"# Purpose\n\nWe weigh.\n\n![A square]({PICTURE})\n\n# Scope\n\nEverybody.\n"
STALE = TEXT.replace("weigh", "weigh twice")
# Which document a page is about that not every document has.
OF_DRAFTS = ("describing.", "drafting.", "saved_drafts.", "writing_in_word.", "previewing.", "issuing.")
OF_REVIEWS = ("reviewing.", "reassigning.")


@dataclass(frozen=True)
class Things:
    """What stands in the addresses of pages."""

    numbers: list[str]
    named: dict[str, object]
    batches: dict[str, str]

    def of(self, rule: Rule, chance: random.Random) -> dict[str, object]:
        """Return what stands in the address of a page, another document in force each time."""
        values: dict[str, object] = {**self.named, "number": chance.choice(self.numbers), "revision": 2}
        if rule.endpoint == "documents.picture":
            values |= {"number": PICTURED, "revision": 1}
        elif rule.endpoint == "drafting.ask_to_revise":
            values["number"] = PICTURED
        elif rule.endpoint == "reviewing.ask_to_submit" or rule.endpoint.startswith(OF_DRAFTS):
            values |= {"number": DRAFT, "revision": 1, "kind": "pdf", "name": PICTURE.partition("/")[2]}
            values["draft"] = self.named["kept"] if rule.endpoint == "saved_drafts.kept" else 1
        elif rule.endpoint.startswith(OF_REVIEWS):
            values |= {"number": IN_REVIEW, "revision": 1}
        elif rule.endpoint == "approving.ask_to_approve":
            values |= {"number": IN_APPROVAL, "revision": 1}
        elif rule.endpoint == "word_templates.sample":
            values |= {"revision": 1, "kind": "pdf"}
        if rule.endpoint == "documents.picture":
            values["name"] = PICTURE.partition("/")[2]
        values["key"] = self.batches.get(rule.endpoint.partition(".")[0], "")
        return {name: values[name] for name in rule.arguments}


def things_of(control: DocumentControl, controller: FlaskClient) -> Things:
    """Give a library what pages show, unless an earlier run did, and return where it is."""
    with control.reading() as session:
        people = {user.login: user.id for user in session.scalars(select(User))}
        kind = session.scalars(select(DocumentType.id).where(DocumentType.name == "policy")).one()
        is_new = session.scalars(select(Document.id).where(Document.number == DRAFT)).first() is None
    if is_new:
        _write(control, people, kind)
        _name_people(control, people)
        _let_co_sign(control, people)
    with control.reading() as session:
        in_force = select(Revision).where(Revision.state == State.IN_FORCE, Revision.number == 2)
        shown = session.scalars(in_force.where(Revision.classification == "internal").limit(500)).all()
        numbers = [each.document.number for each in shown]
        route = session.scalars(select(ApprovalRoute.id)).first()
        draft = session.scalars(select(Revision).join(Document).where(Document.number == DRAFT)).one()
        named = {"code": code_of(shown[0].fingerprint, shown[0].number), "route_id": route}
        named |= {"engagement_id": 1, "unit_id": 1, "person_number": 1, "kinds": "departments"}
        named["seq"] = session.scalars(select(Event.seq).where(Event.act == Act.REVISION_COMMENTED)).first()
        named["kept"] = next(each.number for each in draft.saved_drafts if each.aside)
    named |= {
        "login": "reader",
        "name_of_chapter": "controlling",
        "name": "policy",
        "template": "policy.docx",
        "kind": "xlsx",
        "standard_id": "iso-9001-2015",
        "clause": "7.5",
        "filename": "docctl.css",
        "secret": administering.issue_link(control, people["admin"], people["reader"]),
    }
    return Things(numbers, named, {"importing": _imported(controller), "adopting": _past(controller)})


def _write(control: DocumentControl, people: dict[str, int], kind: int) -> None:
    """Write a document with a picture for each stage of its life."""
    author, picture = people["author"], {PICTURE: PNG}
    for number in (PICTURED, DRAFT, IN_REVIEW, IN_APPROVAL):
        described = DocumentMetadata(title=number.title(), owner="Head of Quality", department="IT")
        made = drafting.create_document(control, author, number, kind, described, WrittenText(TEXT, picture))
        shown = _shown(control, made)
        if number == DRAFT:
            again = WrittenText(TEXT + "\nMore.\n", picture)
            drafting.save_draft(control, made, author, reason="More", based_on=shown, text=again)
            try:
                mine = WrittenText(STALE, picture)
                drafting.save_draft(control, made, people["controller"], reason="Mine", based_on=shown, text=mine)
            except StaleDraftError:
                drafting.take_for_editing(control, made, author)
            continue
        reviewing.submit(control, made, author, change_summary="First issue", based_on=shown)
        if number == IN_REVIEW:
            reviewing.comment(control, made, people["reviewer"], "Is that so?", "Purpose")
            continue
        reviewing.review(control, made, people["reviewer"], shown=shown, credentials=Credentials(PASSWORD))
        if number == PICTURED:
            approving.approve(control, made, people["approver"], shown=shown, credentials=Credentials(PASSWORD))


def _shown(control: DocumentControl, revision_id: int) -> str:
    with control.reading() as session:
        return session.get_one(Revision, revision_id).fingerprint


def _name_people(control: DocumentControl, people: dict[str, int]) -> None:
    """Let somebody be absent, and engage an auditor."""
    with control.reading() as session:
        today = control.today(session)
    later, admin = today + timedelta(days=300), people["admin"]
    delegating.name_delegate(
        control, admin, absent_id=people["reviewer"], delegate_id=people["approver"], from_day=today, until_day=later,
        reason="On leave",
    )  # fmt: skip
    auditor = administering.add_user(control, admin, login="auditor", name="Auditor", roles=["auditor"], department="")
    auditing.engage(
        control, admin, auditor, purpose="Surveillance", scope=["everything"], begins_on=today, ends_on=later
    )


def _let_co_sign(control: DocumentControl, people: dict[str, int]) -> None:
    """Let a witness co-sign what happened, so that there is a proof of it."""
    office = Office(control, people)
    with tempfile.TemporaryDirectory() as folder:
        neighbour_of(office, Path(folder) / "witness").meet(office)


def _imported(controller: FlaskClient) -> str:
    """Import a file as a draft; return the key of the batch, whose report can be read."""
    at = _sent(controller, "/import", "IMP-001 Screens.md", b"# Screens\n\nText.\n")
    kind = re.search(r'name="type-0".*?<option value="(\d+)"', controller.get(at).text, re.DOTALL)
    assert kind is not None
    number = f"IMP-{random.randrange(10**9)}"
    form = {"wanted": "0", "number-0": number, "title-0": "Screens", "type-0": kind[1], "as": "draft"}
    assert controller.post(at, data=form).status_code == 303
    return at.rpartition("/")[2]


def _past(controller: FlaskClient) -> str:
    """Send a register and a file of a past, and look through them; return the key."""
    register = b"number;title;revision;effective date;file\nOLD-001;Weights;A;2019-01-02;weights.md\n"
    at = _sent(controller, "/import/past", "register.csv", register)
    assert controller.post(f"{at}/look").status_code == 303
    return at.rpartition("/")[2]


def _sent(controller: FlaskClient, address: str, name: str, data: bytes) -> str:
    sent = controller.post(address, data={"files": (io.BytesIO(data), name)}, content_type="multipart/form-data")
    assert sent.status_code == 303, sent.text
    return str(sent.location)
