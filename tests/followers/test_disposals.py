"""After a disposal nothing of the text is left in the data folder, and everything else is as it was."""

import shutil
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from docctl import tools
from docctl.actions.approval import reviewing
from docctl.actions.documents import drafting, withdrawing
from docctl.actions.issued_files import exporting
from docctl.actions.issued_files.exporting import Built
from docctl.actions.retention import disposing, retaining
from docctl.actions.settings import administering
from docctl.actions.sign_in import identifying_signer
from docctl.adapters.git_library.on_disk import named_in
from docctl.domain.documents.document import Document
from docctl.domain.errors import LibraryBusyError, LibraryMismatchError
from docctl.domain.retention.retention import DISPOSE, Disposal, Rule
from docctl.domain.rights.permission import Library
from docctl.domain.sign_in.password import Credentials
from docctl.followers import disposals, packing
from docctl.followers.catching_up import catch_up, clear_up
from docctl.machine.crash_point import EXIT_CODE
from docctl.registers.integrity import verifying
from docctl.registers.search.search import find
from tests.checks.faults import crew
from tests.factories.kept_libraries import Kept, brought_to, copy_of
from tests.factories.library import PASSWORD, Clock, Founded, Office, choose_passwords
from tests.faults.crashes.test_packing_crashes import pack_and_end

CANARY, GOSSIP = "zanzicanarx", "Quibblethorpe"
TEXT = f"# Purpose\n\nThe {CANARY} sings in the archive.\n\n![Logo](assets/logo.png) ![Plan](assets/plan.png)\n"
PLAN = b"\x89PNG a plan that only POL-001 shows"
LOGO = b"\x89PNG the logo that many documents share"
RULE = Rule(12, DISPOSE, "Archives Act, section 4")


@pytest.fixture(autouse=True)
def quick_issue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Issue the plain text, for who writes Word and PDF files is not in question here."""
    _issue_plain_text(monkeypatch)


def _issue_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        exporting, "word_file", lambda *given: Built(b"Word " + exporting.text_of(*given[:3])[0].encode())
    )
    monkeypatch.setattr(exporting, "differences_in", lambda *_: ())
    monkeypatch.setattr(
        exporting, "pdf_file", lambda *given: Built(b"PDF " + exporting.text_of(*given[:3])[0].encode())
    )


def _live(office: Office, clock: Clock) -> None:
    """Withdraw POL-001, which shares a logo with POL-002, and let so much time go by that it may be disposed of."""
    control, people = office.control, office.people
    dora = administering.add_user(control, people["admin"], login="dora", name="Dora Second", roles=["controller"])
    choose_passwords(control, dora)
    identifying_signer.declare(control, dora)
    retaining.set_rule(control, people["carla"], office.type_id("policy"), RULE, also_ended=False)
    office.publish(text=TEXT, assets={"assets/logo.png": LOGO, "assets/plan.png": PLAN})
    office.publish("POL-002", "Quarantine", "# Purpose\n\n![Logo](assets/logo.png)\n", assets={"assets/logo.png": LOGO})
    catch_up(control)
    second = office.open_revision("POL-001")
    office.save(second, TEXT + "\nMore.\n")
    office.submit(second)
    reviewing.comment(control, second, people["rob"], f"Mr {GOSSIP} wrote that", "Purpose")
    office.review(second)
    office.approve(second)
    catch_up(control)
    withdrawing.withdraw(control, office.document_id("POL-001"), people["carla"], "Not needed")
    catch_up(control)
    clock.forward(days=366)


@pytest.fixture(scope="module")
def withdrawn(founded_library: Founded, once: Path) -> Kept:
    """A library that keeps POL-001 no longer than it must, which no test disposes of."""
    with pytest.MonkeyPatch.context() as patched:
        _issue_plain_text(patched)
        return brought_to(founded_library, once, _live)


@pytest.fixture
def archive(withdrawn: Kept, clock: Clock, tmp_path: Path) -> Iterator[Office]:
    """A library in which POL-001 was withdrawn so long ago that it may be disposed of; POL-002 shares its logo."""
    with copy_of(withdrawn, tmp_path / "archive", clock) as office:
        with office.control.reading() as session:
            second = session.get_one(Document, office.document_id("POL-001")).revisions[-1]
            office.control.read_text(Library.ITSELF, office.revision(second.id).current, office.revision(second.id))
        yield office


def dispose(office: Office, number: str = "POL-001") -> None:
    """Dispose of a document as two people do."""
    control, people = office.control, office.people
    proposal = disposing.propose_disposal(control, office.document_id(number), people["carla"], "Its time is up")
    disposing.authorise_disposal(control, proposal, people["dora"], credentials=Credentials(PASSWORD))


def everything(data: Path) -> Iterator[tuple[str, bytes]]:
    """All bytes of a data folder: its files, its database, and every object of its Git library, unpacked."""
    for path in data.rglob("*"):
        if path.is_file() and "library.git/objects" not in str(path):
            yield str(path.relative_to(data)), path.read_bytes()
    said = subprocess.run(
        ["git", "-C", data / "library.git", "cat-file", "--batch-all-objects", "--batch", "--buffer"],
        capture_output=True,
        check=True,
    )
    yield "objects", said.stdout


def places_of(data: Path, word: str) -> list[str]:
    """Where a word stands in a data folder, in the search index among the words it knows."""
    return [place for place, content in everything(data) if word.encode() in content]


def is_whole(data: Path) -> None:
    """Git itself finds nothing missing."""
    said = subprocess.run(
        ["git", "-C", data / "library.git", "fsck", "--full", "--strict", "--no-dangling"],
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0, said.stderr + said.stdout
    assert "missing" not in said.stdout


@pytest.mark.parametrize("is_packed", [False, True])
def test_nothing_of_the_text_is_left_and_everything_else_is(archive: Office, is_packed: bool) -> None:
    data = archive.control.data
    if is_packed:
        subprocess.run(["git", "-C", data / "library.git", "gc", "-q"], check=True)
    assert {place.partition("/")[0] for place in places_of(data, CANARY)} >= {"index", "cache", "objects"}
    dispose(archive)
    assert [f.severity for f in verifying.verify(archive.control).findings if f.severity != "repairable"] == []
    catch_up(archive.control)
    assert places_of(data, CANARY) == []
    assert places_of(data, GOSSIP) == [], "a record of what was said of it goes along"
    is_whole(data)
    assert verifying.verify(archive.control).findings == ()
    assert archive.control.library.refs("refs/heads/documents/POL-001") == {}
    assert archive.control.library.refs("refs/tags/POL-001/") == {}
    kept = archive.revision(2)
    assert archive.control.library.read_file(kept.current.file("assets/logo.png")) == LOGO
    assert catch_up(archive.control) == 0


def _in_every_place(data: Path) -> dict[str, bytes]:
    """Every object that any file below a data folder holds: each pack is read whole, whatever its index says."""
    found: dict[str, bytes] = {}
    scratch = data.parent / "scratch.git"
    subprocess.run(["git", "init", "-q", "--bare", scratch], check=True)
    for pack in data.rglob("*pack*"):
        if pack.is_file() and pack.suffix not in (".idx", ".rev", ".keep", ".json", ".lock"):
            subprocess.run(["git", "-C", scratch, "index-pack", "--stdin"], stdin=pack.open("rb"), check=True)
    for path in (path for path in data.rglob("*") if path.is_file() and len(path.name) == 38):
        _, _, rest = zlib.decompress(path.read_bytes()).partition(b"\0")
        found[path.parent.name + path.name] = rest
    library = tools.git_library.GitLibrary(scratch, data.parent / "scratch.lock")
    for name in (name for each in tools.git_library.packs_in(scratch) for name in named_in(each.index)):
        found[name] = library.read(name)
    library.let_go()
    return found


@pytest.mark.parametrize("cut_off_at", ["", "pack checked", "pack taken in"])
def test_no_pack_no_loose_object_and_no_index_holds_what_was_disposed_of(
    archive: Office, tmp_path: Path, cut_off_at: str
) -> None:
    control, data = archive.control, archive.control.data
    packing.pack(control, sweeping=False)
    archive.publish("POL-003", "Third")
    archive.publish("POL-004", "Fourth")
    catch_up(control)
    if cut_off_at:
        assert crew.run(pack_and_end, data, control.now(), cut_off_at) == EXIT_CODE
    before = _in_every_place(data)
    shutil.rmtree(data.parent / "scratch.git")
    reader = tools.git_library.GitLibrary(control.library.folder, data / "git.lock")
    dispose(archive)
    with control.reading() as session:
        named = set(session.scalars(select(Disposal)).one().tombstone["objects"])
        own = named - disposals.kept_objects(session)
    assert before.keys() >= own
    assert reader.read(next(iter(own)))
    catch_up(control)
    now = _in_every_place(data)
    assert own.isdisjoint(now)
    assert not any(CANARY.encode() in content for content in now.values())
    indexes = b"".join(path.read_bytes() for path in data.rglob("*.idx"))
    assert not any(bytes.fromhex(each) in indexes for each in own)
    with pytest.raises(LibraryMismatchError):
        reader.read(next(iter(own)))
    reader.let_go()
    is_whole(data)
    packing.pack(control, sweeping=True)
    assert verifying.verify(control).findings == ()
    assert own.isdisjoint(_in_every_place(data))


def test_the_snapshot_begins_anew_and_goes_on(archive: Office) -> None:
    library = archive.control.library
    before = library.resolve(["refs/heads/library"])["refs/heads/library"]
    dispose(archive)
    catch_up(archive.control)
    after = library.resolve(["refs/heads/library"])["refs/heads/library"]
    assert list(library.line(after)) == [after]
    assert tools.git_library.missing(library, [before]) == {before}
    archive.publish("POL-003", "Third")
    catch_up(archive.control)
    newest = library.resolve(["refs/heads/library"])["refs/heads/library"]
    assert after in list(library.line(newest))
    assert verifying.verify(archive.control).findings == ()


def test_search_finds_the_others_and_no_trace_of_what_was_disposed_of(archive: Office) -> None:
    dispose(archive)
    catch_up(archive.control)
    carla = archive.person("carla")
    assert find(archive.control, carla, CANARY, every_revision=True).hits == ()
    assert {hit.number for hit in find(archive.control, carla, "quarantine").hits} == {"POL-002"}
    shutil.rmtree(archive.control.data / "index")
    catch_up(archive.control)
    assert places_of(archive.control.data, CANARY) == []


def test_a_text_written_while_its_files_are_erased_is_refused_and_saved_at_the_second_try(
    archive: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture is taken over for another document, and is erased before it is committed there."""
    prepare = drafting.prepare_text

    def prepare_and_lose(*given: object) -> object:
        files = prepare(*given)
        monkeypatch.undo()
        dispose(archive)
        catch_up(archive.control)
        return files

    monkeypatch.setattr(drafting, "prepare_text", prepare_and_lose)
    with pytest.raises(LibraryBusyError, match="try again"):
        archive.write("POL-009", "Copy", "# Other\n\n![Plan](assets/plan.png)\n", assets={"assets/plan.png": PLAN})
    archive.write("POL-009", "Copy", "# Other\n\n![Plan](assets/plan.png)\n", assets={"assets/plan.png": PLAN})
    catch_up(archive.control)
    assert verifying.verify(archive.control).findings == ()


def test_bytes_that_came_back_are_found_and_erased_again(archive: Office) -> None:
    control, git = archive.control, tools.git_library
    content = archive.revision(1).current.file("content.md")
    assert content is not None
    data = control.library.read_file(content)
    dispose(archive)
    catch_up(control)
    control.library.write([git.blob(data)])
    report = verifying.verify(control)
    assert [(finding.severity, finding.subject) for finding in report.findings] == [("repairable", "POL-001")]
    assert clear_up(control) == []
    assert verifying.verify(control).findings == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE documents SET disposed_at = '2026-01-01 00:00:00.000000' WHERE number = 'POL-002'",
        "UPDATE documents SET disposed_at = NULL",
        "UPDATE disposals SET tombstone = '{}'",
        "UPDATE disposals SET proposed_by = 'Nobody'",
        "DELETE FROM disposals",
        "UPDATE retentions SET until = '2020-01-01'",
        "DELETE FROM retentions",
        "UPDATE retention_rules SET basis = 'none'",
    ],
)
def test_retention_changed_without_an_event_is_found(archive: Office, statement: str) -> None:
    dispose(archive)
    catch_up(archive.control)
    with archive.control.remembering() as session:
        assert session.execute(text(statement)).rowcount > 0
    report = verifying.verify(archive.control)
    assert report.exit_code == verifying.TAMPERED
    assert "I4" in {finding.rule for finding in report.findings}
