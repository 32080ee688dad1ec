"""The exit of verify: one table for command, help and manual, and no traceback whatever lies in the data folder."""

import os
import random
import re
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from docctl.adapters import host
from docctl.cli import main
from docctl.document_control import DocumentControl
from docctl.domain.trail.audit_trail import CHAIN_HEAD_ID, ChainHead
from docctl.domain.trail.outcome import Outcome
from docctl.followers.catching_up import catch_up
from docctl.registers.integrity import verifying
from tests.factories.kept_libraries import Kept, brought_to
from tests.factories.library import HOME, Clock, Founded, Office
from tests.factories.stand_ins import issue_quickly

pytestmark = pytest.mark.only_sqlite
SEED = 20261130


def _live(office: Office, _: Clock) -> None:
    with pytest.MonkeyPatch.context() as patched:
        issue_quickly(patched)
        office.publish("POL-001", clauses=[("iso-9001-2015", "5.2")])
        office.write("SOP-01", "Procedure", type_name="procedure")
        catch_up(office.control)


@pytest.fixture(scope="module")
def at_work(founded_library: Founded, once: Path) -> Kept:
    """A library with a document in force and one under way, which no test changes."""
    return brought_to(founded_library, once, _live)


@pytest.fixture
def data(at_work: Kept, tmp_path: Path) -> Path:
    """The data folder of a copy."""
    return Path(shutil.copytree(at_work.data, tmp_path / "data"))


def verify(data: Path, *arguments: str) -> Result:
    """Check a data folder; a traceback is what no damage may lead to."""
    done = CliRunner().invoke(main, ["verify", "--data", str(data), *arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def sql(data: Path, *statements: str) -> None:
    """Change the database as somebody with full rights on its file can."""
    with closing(sqlite3.connect(data / "docctl.db", isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_manual_and_help_have_the_one_table_of_outcomes() -> None:
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", (HOME / "docs" / "auditing.md").read_text(), re.M)
    assert rows == [(str(int(each)), each.meaning) for each in Outcome]
    told = CliRunner().invoke(main, ["verify", "--help"]).output
    assert [row.split(maxsplit=1)[1] for row in told.splitlines()[-len(rows) :]] == [meaning for _, meaning in rows]


def test_sound_is_0_and_behind_is_1(data: Path) -> None:
    assert verify(data).exit_code == Outcome.SOUND
    shutil.rmtree(data / "library.git" / "refs" / "tags" / "POL-001")
    assert verify(data).exit_code == Outcome.BEHIND


@pytest.mark.parametrize(
    "arguments",
    [["--bogus"], ["--head", "9999"], ["--sample", "1"], ["--checkpoint", "nowhere.txt"], ["surplus"]],
    ids=lambda given: given[0],
)
def test_wrong_usage_is_64(data: Path, arguments: list[str]) -> None:
    done = verify(data, *arguments)
    assert done.exit_code == Outcome.MISUSED
    assert "Error: " in done.stderr


def test_wrong_usage_of_any_command_is_64() -> None:
    for command in ([], ["bogus"], ["--bogus"], ["evidence"], ["template", "bogus"]):
        assert CliRunner().invoke(main, command).exit_code == Outcome.MISUSED, command


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _garble(path: Path) -> None:
    path.write_bytes(b"no database at all " * 1000)


def _put_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("harm", [_truncate, _empty, _garble, Path.unlink, _put_folder])
def test_a_database_that_is_lost_or_damaged_is_2(data: Path, harm: Callable[[Path], None]) -> None:
    harm(data / "docctl.db")
    done = verify(data)
    assert done.exit_code == Outcome.CHANGED
    assert "database" in done.output
    assert "unchecked" in done.output


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE events SET happened_at = 'yesterday' WHERE seq = 9", "happened_at of the row of events with seq 9"),
        ("UPDATE revisions SET effective_date = 'soon' WHERE id = 1", "effective_date of the row of revisions"),
        ("UPDATE users SET roles = '[\"author' WHERE id = 3", "roles of the row of users with id 3"),
        (
            "UPDATE documents SET number = CAST(x'ff41' AS TEXT) WHERE id = 2",
            "number of the row of documents with id 2",
        ),
        ("UPDATE users SET one_time_until = 'never' WHERE id = 2", "one_time_until of the row of users with id 2"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_and_2(data: Path, statement: str, named: str) -> None:
    sql(data, statement)
    done = verify(data)
    assert done.exit_code == Outcome.CHANGED
    assert named in done.output


def test_nothing_where_something_must_be_is_named_and_2(data: Path) -> None:
    sql(
        data,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', '') WHERE name = 'signatures'",
    )
    sql(data, "UPDATE signatures SET meaning = NULL")
    done = verify(data)
    assert done.exit_code == Outcome.CHANGED
    assert "have no meaning" in done.output


def test_tables_of_a_later_version_are_3_and_name_the_version(data: Path) -> None:
    sql(data, "UPDATE alembic_version SET version_num = '9999'")
    done = verify(data)
    assert done.exit_code == Outcome.UNCHECKED
    assert "schema 9999" in done.output


def test_settings_that_name_another_database_are_3(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCCTL_DATABASE_URL", f"sqlite:///{data}/other.db")
    done = verify(data)
    assert done.exit_code == Outcome.UNCHECKED
    assert "names another database" in done.output


def test_no_library_and_one_half_made_are_3(data: Path, tmp_path: Path) -> None:
    assert verify(tmp_path / "nowhere").exit_code == Outcome.UNCHECKED
    (data / "unfinished").touch()
    assert verify(data).exit_code == Outcome.UNCHECKED


@pytest.mark.parametrize("name", ["secret_key", "library.git", "keys/ledger_key", "library.git/HEAD"])
def test_a_lost_part_of_the_data_folder_is_2(data: Path, name: str) -> None:
    path = data / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert verify(data).exit_code == Outcome.CHANGED


def _bytes_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_that_cannot_be_written_is_checked_and_left_as_it_is(at_work: Kept) -> None:
    with tempfile.TemporaryDirectory() as room:
        Path(room).chmod(0o755)
        data = Path(shutil.copytree(at_work.data, Path(room) / "data"))
        for path in (data, *data.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        before = _bytes_below(data)
        with _as_nobody():
            assert not os.access(data, os.W_OK, effective_ids=True)
            done = verify(data)
        assert (done.exit_code, done.stderr) == (Outcome.SOUND, ""), done.output
        assert _bytes_below(data) == before
        (data / "docctl.db").chmod(0)
        with _as_nobody():
            done = verify(data)
        assert done.exit_code == Outcome.UNCHECKED
        assert "docctl.db cannot be read" in done.output
        for path in (data, *data.rglob("*")):
            path.chmod(0o700)


@pytest.mark.parametrize("what", ["library.git", "objects", "refs", "a folder of objects", "an object", "a pack"])
def test_what_of_git_the_account_may_not_read_is_3(at_work: Kept, what: str) -> None:
    with tempfile.TemporaryDirectory() as room:
        Path(room).chmod(0o755)
        data = Path(shutil.copytree(at_work.data, Path(room) / "data"))
        for path in (data, *data.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        library = data / "library.git"
        pack = library / "objects" / "pack" / "pack-0123.pack"
        pack.write_bytes(b"PACK")
        loose = next(path for path in (library / "objects").glob("??/*"))
        closed = {"library.git": library, "an object": loose, "a folder of objects": loose.parent, "a pack": pack}
        path = closed.get(what, library / what)
        if path != pack:
            pack.unlink()
        path.chmod(0)
        with _as_nobody():
            done = verify(data)
        path.chmod(0o755)
        assert done.exit_code == Outcome.UNCHECKED, done.output
        assert f"may not read {path}" in done.output.replace("\n", " ")


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Give up the rights of root, who may write everywhere; anybody else has none to give up."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(was)


def test_a_change_that_a_crash_cut_off_is_left_to_the_next_start(data: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(data / "docctl.db", isolation_level=None)) as connection:
        for statement in (
            "PRAGMA cache_size = 1",
            "BEGIN IMMEDIATE",
            "UPDATE events SET reason = hex(randomblob(4000))",
        ):
            connection.execute(statement)
        assert (data / "docctl.db-journal").stat().st_size > 4096
        crashed = Path(shutil.copytree(data, tmp_path / "crashed"))
    before = _bytes_below(crashed)
    assert before["docctl.db"] != (data / "docctl.db").read_bytes()
    assert verify(crashed).exit_code == Outcome.SOUND
    assert _bytes_below(crashed) == before


def test_tables_of_an_earlier_version_are_checked_and_left_as_they_are(tmp_path: Path) -> None:
    with tarfile.open(min((HOME / "tests" / "golden").glob("*.tar.xz"))) as tar:
        tar.extractall(tmp_path, filter="data")
    for pack in (tmp_path / "data" / "library.git" / "objects" / "pack").glob("*.pack"):
        subprocess.run(["git", "index-pack", pack], check=True, capture_output=True)
    data = tmp_path / "data"
    with closing(sqlite3.connect(data / "docctl.db")) as connection, connection:
        connection.execute("UPDATE users SET password_hash = ''")  # no event says that they were chosen
    before = _bytes_below(data)
    done = verify(data)
    assert done.exit_code in (Outcome.SOUND, Outcome.BEHIND), done.output
    assert _bytes_below(data) == before


def test_nobody_waits_while_an_instant_is_looked_at(office: Office) -> None:
    data = office.control.data
    office.publish("POL-001")
    catch_up(office.control, issuing=False)
    with DocumentControl.as_of_now(data, f"sqlite:///{data}/docctl.db", clock=office.control.now) as of_then:
        office.publish("POL-002", "Written meanwhile")
        catch_up(office.control, issuing=False)
        report = verifying.verify(of_then, every_object=True)
        assert report.findings == ()
    with office.control.reading() as session:
        assert report.head_seq < session.get_one(ChainHead, CHAIN_HEAD_ID).seq


def test_no_room_for_the_copy_is_3_and_says_so(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data.parent / "file").touch()
    monkeypatch.setattr(tempfile, "tempdir", str(data.parent / "file"))
    done = verify(data)
    assert done.exit_code == Outcome.UNCHECKED
    assert "NotADirectoryError" in done.output


def test_the_copy_of_a_check_that_was_killed_is_cleared_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "docctl-copy-killed").mkdir()
    assert host.clear_abandoned_folders(time.time() + host.ABANDONED_AFTER_SECONDS + 1) == 1
    assert not (tmp_path / "docctl-copy-killed").exists()


def _content(path: Path) -> list[str]:
    """Everything that a database says; nothing where it cannot be read."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            return list(connection.iterdump())
    except (sqlite3.Error, UnicodeDecodeError):
        return []


@pytest.fixture(scope="module")
def damaged(at_work: Kept, tmp_path_factory: pytest.TempPathFactory) -> Callable[[random.Random], Path]:
    """Makes the same library anew with some bytes of one page changed."""
    data = Path(shutil.copytree(at_work.data, tmp_path_factory.mktemp("damaged") / "data"))
    sound = (data / "docctl.db").read_bytes()

    def damage(dice: random.Random) -> Path:
        changed, page = bytearray(sound), dice.randrange(len(sound) // 4096) * 4096
        for _ in range(dice.choice((1, 4, 64))):
            changed[page + dice.randrange(4096)] ^= dice.randrange(1, 256)
        (data / "docctl.db").write_bytes(changed)
        return data

    return damage


def test_random_bytes_in_random_pages_are_found_or_change_nothing(
    at_work: Kept, damaged: Callable[[random.Random], Path]
) -> None:
    said = _content(at_work.data / "docctl.db")
    for number in range(25):
        data = damaged(random.Random(SEED + number))
        done = verify(data)
        if done.exit_code not in (Outcome.CHANGED, Outcome.UNCHECKED):
            assert _content(data / "docctl.db") == said, f"seed {SEED + number}: {done.output}"
