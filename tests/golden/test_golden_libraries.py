"""Libraries that earlier versions made are opened, verified, restored, rebuilt and reissued by this one, for ever.

The next one is made before a release, or before a change of what events, tables or files say: in a checkout of the
version that makes it, with the libraries of its two requirements.lock, run
``python PLACE/tests/golden/make_library.py PLACE/tests/golden/DATE-COMMIT.tar.xz`` and add the archive. No archive is
ever changed or taken away: where one fails, the program is mended.
"""

import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text

from docctl import tools
from docctl.actions.documents.recognising import ReadFile
from docctl.actions.intake.importing import import_document
from docctl.actions.issued_files.exporting import issue_sheet
from docctl.actions.issued_files.rebuilding_issues import rebuild_issues
from docctl.actions.settings import administering
from docctl.actions.sign_in.identifying_signer import declare
from docctl.actions.trail.exporting_evidence import evidence_pack
from docctl.app import create_app
from docctl.document_control import DocumentControl
from docctl.domain.documents import described_fields
from docctl.domain.documents.described_fields import FIELDS, Field
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_metadata import DocumentMetadata
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.stored_file import METADATA
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.errors import NumberTakenError
from docctl.domain.issued_files.rendition import Verdict
from docctl.domain.people.person import Person
from docctl.domain.people.user import User
from docctl.domain.trail.audit_trail import Event
from docctl.domain.trail.events.reading import read_event
from docctl.followers.catching_up import catch_up
from docctl.recovery.rebuilding import rebuild
from docctl.recovery.restoring import restore
from docctl.recovery.upgrading import upgrade
from docctl.registers.integrity import verifying
from docctl.registers.integrity.library_digest import library_digest
from docctl.registers.integrity.witnesses import read_checkpoint
from docctl.registers.operations.watching import Watch
from docctl.registers.search.search import find
from docctl.replay.derived_duties import derive_duties
from docctl.shipped import shipped
from tests.factories import recipes
from tests.factories.kept_libraries import Kept, copy_of
from tests.factories.library import HOME, PASSWORD, TEXT, Clock, Office, choose_passwords, open_library
from tests.factories.stranger import check_clone
from tests.registers.operations.touching import refusals

ARCHIVES = sorted(Path(__file__).parent.glob("*.tar.xz"))
# What a script cannot bring about without spoiling the library that it makes, and what nothing records any more.
NOT_REACHED = {
    "audit_trail:key_lost",
    "audit_trail:verified",
    "document:reassigned",
    "library:adopted_from_git",
    "library:notices_sent_again",
    "library:rebuilt",
    "library:restored",
}
# What no event of a version told, so that nobody can bring it back from the trail.
UNTOLD = {
    "2026-11-22-449d166": (
        "UPDATE users SET email = ''",
        "UPDATE people SET email = ''",
        "UPDATE revisions SET change_summary = '' WHERE adopted_evidence <> ''",
    )
}
# Until now a password was put into most rows of an archive where it was made, as nobody could who works with docctl.
PLANTED, UNSAID = "unauthorised A password is kept for ", ", but no event says that one was chosen."
OF_THE_COPY = {"events", "chain_head"}
AS_LEFT = "as_left"


@dataclass(frozen=True)
class Golden:
    """An archive as it was unpacked, which no test changes, and what it says about itself."""

    folder: Path
    about: dict[str, object]

    @property
    def kept(self) -> Kept:
        """The library in it, at the time when it was left."""
        return Kept(self.folder / "data", datetime.fromisoformat(str(self.about["instant"])))

    @property
    def checkpoints(self) -> list[Path]:
        """The checkpoints that were kept of it."""
        return [path for path in sorted((self.folder / "checkpoint").glob("*")) if path.suffix not in (".sig", ".note")]


@pytest.fixture(scope="module", autouse=True)
def later_field() -> Iterator[Field]:
    """A field that no version knew: every library is opened, rebuilt and reissued as if it had been added since."""
    field = Field("weight_class", "Weight class")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(described_fields, "FIELDS", (*FIELDS, field))
        yield field


@pytest.fixture(scope="module", params=ARCHIVES, ids=lambda path: path.name.removesuffix(".tar.xz"))
def golden(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Golden:
    """A golden library, unpacked."""
    folder = tmp_path_factory.mktemp("golden")
    with tarfile.open(request.param) as tar:
        tar.extractall(folder, filter="data")
    for pack in (folder / "data" / "library.git" / "objects" / "pack").glob("*.pack"):
        subprocess.run(["git", "index-pack", pack], check=True, capture_output=True)
    shutil.copytree(folder / "data", folder / AS_LEFT)
    engine = tools.database.open_database(f"sqlite:///{folder}/data/docctl.db")
    with tools.database.changing_tables(engine) as connection:
        tools.table_layout.lay_out(connection, shipped("migrations"))
    engine.dispose()
    control = DocumentControl.open(folder / "data", f"sqlite:///{folder}/data/docctl.db")
    with control.remembering() as session:
        derive_duties(control, session)
    control.engine.dispose()
    return Golden(folder, json.loads((folder / "about.json").read_text()))


@pytest.fixture
def opened(golden: Golden, tmp_path: Path) -> Iterator[Office]:
    """A copy of a golden library, opened by this version."""
    with copy_of(golden.kept, tmp_path / "data") as office:
        yield office


def findings(office_or_control: object, *witnesses: Path) -> list[str]:
    """Return what a full check finds beside the passwords that were planted where the archive was made."""
    control = getattr(office_or_control, "control", office_or_control)
    report = verifying.verify(control, None, [read_checkpoint(path) for path in witnesses], every_object=True)
    told = [f"{finding.severity} {finding.sentence}" for finding in report.findings]
    return [each for each in told if not (each.startswith(PLANTED) and each.endswith(UNSAID))]


def holds(written: object, said: object) -> bool:
    """Say whether this version writes of an event all that the event says, to the letter, and perhaps more."""
    if isinstance(written, dict) and isinstance(said, dict):
        return all(value is None or name in written for name, value in said.items()) and all(
            holds(written[name], value) for name, value in said.items() if name in written
        )
    return written == said


def told(office: Office) -> dict[str, str]:
    """Return the fingerprint of every table but those that say what happened to this copy."""
    return {name: value for name, value in library_digest(office.control).items() if name not in OF_THE_COPY}


def test_there_are_golden_libraries_of_the_earliest_version_and_of_later_ones() -> None:
    assert len(ARCHIVES) >= 4


@pytest.mark.drawn(more=2)
def test_it_is_upgraded_by_the_one_command_and_what_was_backed_up_of_it_before_is_restored(
    golden: Golden, tmp_path: Path
) -> None:
    data, clock = tmp_path / "data", Clock(golden.kept.instant)
    shutil.copytree(golden.folder / AS_LEFT, data)
    done = upgrade(data, f"sqlite:///{data}/docctl.db", clock=clock)
    assert done is not None
    restored = tmp_path / "restored"
    url = f"sqlite:///{restored}/docctl.db"
    control, said = restore(restored, url, done.backup.folder, data / "keys", clock=clock)
    assert said.schema == done.from_schema
    control.engine.dispose()
    for place in (data, restored):
        opened = open_library(place, clock)
        catch_up(opened, issuing=False)
        assert findings(opened) == []
        opened.engine.dispose()


def test_everything_that_a_version_knew_happened_in_its_library(golden: Golden, opened: Office) -> None:
    with opened.control.reading() as session:
        assert sorted(set(session.scalars(select(Event.act)))) == golden.about["acts"]
        for event in session.scalars(select(Event)):
            read = read_event(event)
            assert read.aside == {}
            assert holds(read.as_json(), json.loads(event.text)), event.text
    assert set(golden.about["not reached"]) <= NOT_REACHED  # type: ignore[call-overload]


def test_nothing_of_it_is_refused_at_use(opened: Office) -> None:
    assert refusals(opened.control) == []


@pytest.mark.drawn(more=3)
def test_it_is_sound_when_it_is_opened_also_to_a_stranger(golden: Golden, opened: Office) -> None:
    assert findings(opened, *golden.checkpoints) == []
    assert Watch(opened.control).look() == ""
    catch_up(opened.control)
    code, said = check_clone(opened.control.library.folder, opened.control.data, *golden.checkpoints)
    assert (code, said.startswith("sound: ")) == (0, True), said


@pytest.mark.drawn(more=2)
@recipes.needs_tools
def test_the_commands_of_manual_and_packs_find_it_sound(golden: Golden, opened: Office, tmp_path: Path) -> None:
    catch_up(opened.control)
    library, [commands] = opened.control.library.folder, recipes.of_manual(HOME / "docs" / "auditing.md")
    for checkpoint in golden.checkpoints[-1:]:
        checked = recipes.run(commands, tmp_path / "clone", LIBRARY=library, CHECKPOINT=checkpoint)
        assert checked.returncode == 0, checked.stderr
    with opened.control.reading() as session:
        kept = select(Document.number).where(Document.disposed_at.is_(None)).order_by(Document.id)
        numbers = list(session.scalars(kept))
    for number in (numbers[0], numbers[-1]):
        checked = recipes.check_pack(evidence_pack(opened.control, number), tmp_path / number)
        assert checked.returncode == 0, (number, checked.stdout, checked.stderr)
        catch_up(opened.control)


def test_a_field_added_since_leaves_no_trace_in_it(opened: Office, later_field: Field) -> None:
    with opened.control.reading() as session:
        for revision in session.scalars(select(Revision)).unique():
            file, metadata = revision.current.file(METADATA), revision.document_metadata
            assert later_field.said_in(metadata) == ""
            assert metadata.as_row() == revision.metadata_row
            if file is not None:  # of a document that was disposed of none is left
                kept = opened.control.library.read_file(file)
                assert kept == metadata.as_file(revision.document.number, revision.document.type.name)
                assert "further" not in issue_sheet(opened.control, session, revision).as_row()


def test_its_backup_is_restored_by_this_version(golden: Golden, tmp_path: Path) -> None:
    backup, keys, clock = golden.folder / "backup", golden.folder / "keys", Clock(golden.kept.instant)
    if not backup.exists():
        assert "library:backed_up" not in golden.about["acts"]  # type: ignore[operator]
        return
    data = tmp_path / "restored"
    control, said = restore(data, f"sqlite:///{data}/docctl.db", backup, keys, clock=clock)
    assert control.distrust == ""
    catch_up(control, issuing=False)
    assert findings(control) == []
    with control.reading() as session:
        newest = session.get_one(Event, said.seq)
        assert newest.chain == said.chain
    control.engine.dispose()


def test_it_is_rebuilt_from_a_clone_of_its_git_repository(golden: Golden, opened: Office, tmp_path: Path) -> None:
    clone, data, clock = tmp_path / "clone.git", tmp_path / "rebuilt", Clock(golden.kept.instant)
    library, keys = opened.control.library.folder, opened.control.data / "keys"
    subprocess.run(["git", "clone", "--quiet", "--mirror", library, clone], check=True)
    rebuilt = rebuild(data, f"sqlite:///{data}/docctl.db", clone, keys=keys, clock=clock)
    with opened.control.remembering() as session:
        for untold in UNTOLD.get(str(golden.about["made by"]), ()):
            session.execute(text(untold))
    assert told(Office(rebuilt.control, {})) == told(opened)
    catch_up(rebuilt.control, issuing=False)
    assert findings(rebuilt.control) == []
    rebuilt.control.engine.dispose()


@pytest.mark.drawn(more=2)
def test_its_issued_files_are_made_again_and_what_differs_is_put_down_to_other_tools(opened: Office) -> None:
    made = rebuild_issues(opened.control)
    assert made
    assert [each.sentence for each in made if each.verdict == Verdict.DIFFERENT] == []
    assert all(each.sentence for each in made if each.verdict != Verdict.SAME)


def test_its_pages_answer(opened: Office) -> None:
    app = create_app(opened.control, {"TESTING": True, "WTF_CSRF_ENABLED": False})
    browser = app.test_client()
    assert browser.post("/sign-in", data={"login": "eve", "password": PASSWORD}).status_code == 303
    with opened.control.reading() as session:
        documents = session.scalars(select(Document)).unique().all()
        numbers = [document.number for document in documents if document.in_force is not None]
    catch_up(opened.control)
    pages = ("/", "/documents", "/search?q=document", "/account", "/standards", "/tasks")
    for address in (*pages, *(f"/documents/{number}" for number in numbers)):
        assert browser.get(address, follow_redirects=True).status_code == 200, address
    assert {hit.number for hit in find(opened.control, opened.person("eve"), "document").hits} >= {"POL-106"}


def test_a_file_that_was_imported_into_it_is_known(opened: Office) -> None:
    described = DocumentMetadata(title="Adopted")
    read = ReadFile("Again.md", "", "Adopted", "policy", described, WrittenText(TEXT), "", "0" * 64)
    with pytest.raises(NumberTakenError, match="POL-108"):
        import_document(opened.control, opened.people["carla"], read)


@pytest.mark.drawn(more=2)
def test_everybody_in_it_can_be_renamed(opened: Office) -> None:
    """First versions did not tell the numbers of accounts, by which what is kept of them is compared."""
    control, admin = opened.control, opened.people["admin"]
    for turn in range(2):
        for user_id in opened.people.values():
            with control.reading() as session:
                user = session.get_one(User, user_id)
            administering.change_user(
                control, admin, user_id, name=f"{user.name} {turn}", email=user.email, department=user.department,
                roles=user.roles,
            )  # fmt: skip
            with control.reading() as session:
                assert session.scalars(select(Person.name).where(Person.account_id == user_id)).all() in (
                    [], [f"{user.name} {turn}"],
                )  # fmt: skip


@pytest.mark.drawn(more=2)
def test_people_go_on_working_in_it(opened: Office) -> None:
    for login in ("rob", "ann"):
        choose_passwords(opened.control, opened.people[login])
        declare(opened.control, opened.people[login])
    opened.revise("POL-106", f"{TEXT}Written by a later version.\n")
    catch_up(opened.control)
    assert findings(opened) == []
    code, said = check_clone(opened.control.library.folder, opened.control.data)
    assert (code, said.startswith("sound: ")) == (0, True), said
