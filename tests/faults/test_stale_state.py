"""What an earlier life left behind in the data folder is cleared away, or named exactly (F9)."""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from docctl import tools
from docctl.adapters import search_index
from docctl.adapters.git_library import repository
from docctl.domain.errors import LibraryBusyError
from docctl.followers import git_refs, library_snapshot
from docctl.followers.catching_up import catch_up, clear_up
from docctl.followers.watermark import head_seq, read_watermark
from docctl.machine.crash_point import EXIT_CODE
from docctl.registers.integrity import verifying
from docctl.registers.search.search import find
from tests.checks.faults import crew
from tests.factories.library import Clock, Founded, Office, lived_on
from tests.factories.stand_ins import issue_quickly

LEDGER, LIBRARY, BRANCH, TAG = (
    "refs/heads/ledger",
    "refs/heads/library",
    "refs/heads/documents/POL-001",
    "refs/tags/POL-001/1",
)
LEFT_BEHIND = (
    "HEAD.lock",
    "packed-refs.lock",
    "config.lock",
    "refs/heads/ledger.lock",
    "refs/heads/documents/POL-001.lock",
    "refs/tags/POL-001/1.lock",
    "objects/ab/tmp_obj_Xy12Zz",
    "objects/pack/tmp_pack_Xy12Zz",
)


@pytest.fixture(scope="module")
def founded_library(founded_library: Founded, once: Path) -> Founded:
    """A library with one document in force and everything caught up with."""
    return lived_on(founded_library, once, _live)


def _live(office: Office, _: Clock) -> None:
    with pytest.MonkeyPatch.context() as patched:
        issue_quickly(patched)
        office.publish("POL-001", text="# Purpose\n\nWe weigh zebras.\n")
        catch_up(office.control)


@pytest.fixture
def published(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A copy of this library."""
    issue_quickly(monkeypatch)
    return office


def _started_again(office: Office) -> Office:
    office.control.engine.dispose()
    return crew.recover(office.control.data)


def test_what_killed_writers_left_is_cleared_away(published: Office) -> None:
    folder = published.control.library.folder
    for name in LEFT_BEHIND:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    published.write("POL-002")
    again = _started_again(published)
    assert [name for name in LEFT_BEHIND if (folder / name).exists()] == []
    assert crew.faults(again.control) == []


@pytest.mark.parametrize("ref", [LEDGER, LIBRARY, BRANCH, TAG])
@pytest.mark.only_sqlite
@pytest.mark.parametrize("content", [b"", b"\0" * 41, b"0123456789"], ids=["empty", "zeros", "half"])
def test_a_torn_reference_is_set_to_where_the_tables_say(published: Office, ref: str, content: bytes) -> None:
    library = published.control.library
    before = library.refs()
    (library.folder / ref).write_bytes(content)
    report = verifying.verify(published.control)
    assert report.exit_code == verifying.BEHIND, report.findings
    assert any(ref in finding.sentence for finding in report.findings)
    again = _started_again(published)
    assert crew.faults(again.control) == []
    after = library.refs()
    assert after.keys() == before.keys()
    assert {name: after[name] for name in before.keys() - {LIBRARY}} == {
        n: before[n] for n in before.keys() - {LIBRARY}
    }


def test_a_torn_reference_does_not_keep_anybody_from_deciding(published: Office) -> None:
    (published.control.library.folder / BRANCH).write_bytes(b"")
    (published.control.library.folder / LEDGER).write_bytes(b"")
    published.revise("POL-001", "# Purpose\n\nWe weigh giraffes.\n")
    assert crew.faults(_started_again(published).control) == []


def test_a_torn_reference_that_is_not_ours_is_named_and_left_alone(published: Office) -> None:
    foreign = published.control.library.folder / "refs" / "heads" / "somebody"
    foreign.write_bytes(b"")
    again = _started_again(published)
    report = verifying.verify(again.control)
    assert report.exit_code == verifying.TAMPERED
    assert any("refs/heads/somebody, which nothing in the library made" in f.sentence for f in report.findings)
    assert foreign.exists()


@pytest.mark.parametrize("harm", ["truncated", "doubtful", "garbage", "empty folder", "gone"])
def test_a_half_written_index_is_built_again(published: Office, harm: str) -> None:
    index = published.control.data / "index"
    if harm == "gone":
        shutil.rmtree(index)
    elif harm == "doubtful":
        (index / "doubtful").touch()
    for file in sorted(index.glob("*")) if harm not in ("gone", "doubtful") else ():
        if harm == "truncated":
            os.truncate(file, file.stat().st_size // 2)
        elif harm == "garbage":
            file.write_bytes(os.urandom(64))
        else:
            file.unlink()
    again = _started_again(published)
    assert [hit.number for hit in find(again.control, again.person("eve"), "zebras").hits] == ["POL-001"]


def _killed_while_it_writes_the_index(data: Path) -> None:
    """Follow the audit trail up to where all words are written but the index does not name them yet."""
    search_index.TOC.write = lambda *_: os._exit(EXIT_CODE)
    crew.catch_up(crew.office_at(data).control)


def test_an_index_whose_writer_was_killed_is_gone_on_with(published: Office, tmp_path: Path) -> None:
    published.publish("POL-002", text="# Purpose\n\nWe weigh giraffes.\n")
    catch_up(published.control)
    index = published.control.data / "index"
    before = {file.name for file in index.glob("*.trm")}
    published.publish("POL-003", text="# Purpose\n\nWe weigh monkeys.\n")
    assert crew.run(_killed_while_it_writes_the_index, published.control.data) == EXIT_CODE
    assert len({file.name for file in index.glob("*.trm")}) > len(before)
    again = _started_again(published)
    assert before & {file.name for file in index.glob("*.trm")}, "the whole index was built again"
    for word, number in (("zebras", "POL-001"), ("giraffes", "POL-002"), ("monkeys", "POL-003")):
        assert [hit.number for hit in find(again.control, again.person("eve"), word).hits] == [number]


@pytest.mark.parametrize("content", [b"", b"\0" * 512, os.urandom(4096)], ids=["empty", "zeros", "garbage"])
def test_an_old_journal_changes_nothing(published: Office, content: bytes) -> None:
    published.control.engine.dispose()
    (published.control.data / "docctl.db-journal").write_bytes(content)
    again = _started_again(published)
    again.write("POL-002")
    assert crew.faults(_started_again(again).control) == []


@pytest.mark.only_sqlite
def test_a_transaction_cut_off_in_its_journal_is_taken_back(published: Office) -> None:
    """A process killed while SQLite wrote to the database leaves a hot journal."""
    data = published.control.data
    published.control.engine.dispose()
    cut_off = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('PRAGMA cache_size=1'); c.execute('PRAGMA cache_spill=1'); c.execute('BEGIN IMMEDIATE');"
        'c.execute("UPDATE events SET text = text || hex(randomblob(20000))"); os._exit(77)'
    )
    subprocess.run([sys.executable, "-c", cut_off, str(data / "docctl.db")], check=False)
    assert (data / "docctl.db-journal").stat().st_size > 0
    assert crew.faults(_started_again(published).control) == []


def test_every_git_that_writes_holds_the_lock_itself(
    published: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, stand_in = tmp_path / "told", tmp_path / "bin" / "git"
    stand_in.parent.mkdir()
    held = "readlink /proc/$$/fd/* | grep -q 'git.lock$' && echo held || echo free"
    stand_in.write_text(f'#!/bin/sh\n({held}) >> {told}\nexec {shutil.which("git")} "$@"\n')
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{stand_in.parent}:{os.environ['PATH']}")
    published.control.library.write([tools.git_library.blob(b"some bytes")])
    assert told.read_text().split() == ["held"]


def test_an_orphan_of_git_is_waited_for(published: Office) -> None:
    """Git's children inherit the lock, so that one which outlives its parent still keeps others out."""
    control = published.control
    with control.library.locked():
        lock = control.library._lock()
        assert lock is not None
        orphan = subprocess.Popen(["sleep", "1"], pass_fds=(lock,))
    began = time.monotonic()
    published.write("POL-002")
    assert time.monotonic() - began > 0.5
    assert orphan.wait() == 0
    assert crew.faults(_started_again(published).control) == []


def test_an_orphan_that_hangs_is_named_and_nothing_is_recorded(
    published: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "LOCK_WITHIN_SECONDS", 0.2)
    with (published.control.data / "git.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(LibraryBusyError, match="held the lock of the Git library"):
            published.write("POL-002")
    published.write("POL-002")
    assert crew.faults(_started_again(published).control) == []


def test_a_reference_moved_but_not_remembered_is_followed_from_there(published: Office, tmp_path: Path) -> None:
    """A follower killed between the two, and a draft set aside meanwhile, once stopped all followers for good."""
    revision_id = published.open_revision("POL-001")
    catch_up(published.control)
    ref_before = published.control.library.refs()
    for text in ("# One\n", "# Two\n"):
        with pytest.raises(crew.drafting.StaleDraftError):
            crew.drafting.save_draft(
                published.control,
                revision_id,
                published.people["alice"],
                reason="On an old text",
                based_on="0" * 64,
                text=crew.WrittenText(text),
            )
        if text == "# One\n":
            with published.control.reading() as session:
                document = session.get(crew.Document, published.document_id("POL-001"))
                moved = tools.git_library.RefMove(BRANCH, document.tip_commit, ref_before[BRANCH])
            published.control.library.move_refs([moved])
    report = verifying.verify(published.control)
    assert report.exit_code == verifying.BEHIND, report.findings
    git_refs.follow(published.control)
    catch_up(published.control)
    assert crew.faults(published.control) == []


def test_followers_that_overtake_each_other_never_go_back(published: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody saves and another follower catches up while this one is about to remember how far it came."""
    revision_id = published.open_revision("POL-001")
    remember = git_refs.crash_point

    def meanwhile(name: str) -> None:
        monkeypatch.setattr(git_refs, "crash_point", remember)
        published.save(revision_id, "# Saved meanwhile\n")
        catch_up(published.control)

    monkeypatch.setattr(git_refs, "crash_point", meanwhile)
    git_refs.follow(published.control)
    with published.control.reading() as session:
        assert read_watermark(session, git_refs.NAME) == head_seq(session)
    published.save(revision_id, "# Saved afterwards\n")
    catch_up(published.control)
    assert crew.faults(published.control) == []


def test_what_is_saved_while_a_follower_remembers_is_not_forgotten(
    published: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A follower once wrote back the whole row that it had read, and with it an older end of the branch."""
    revision_id = published.open_revision("POL-001")
    monkeypatch.setattr(git_refs, "crash_point", lambda _: published.save(revision_id, "# Saved meanwhile\n"))
    git_refs.follow(published.control)
    monkeypatch.undo()
    saved = published.revision(revision_id).current
    with published.control.reading() as session:
        document = session.get(crew.Document, published.document_id("POL-001"))
        assert saved is not None
        assert document.tip_commit == saved.commit
    assert verifying.verify(published.control).exit_code == verifying.BEHIND


def test_clearing_up_a_sound_library_changes_nothing(published: Office) -> None:
    before = published.control.library.refs()
    assert clear_up(published.control) == []
    assert published.control.library.refs() == before
    assert library_snapshot.follow(published.control) == 0
