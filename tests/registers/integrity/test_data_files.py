"""Every file of the data folder is checked, or stands among those that may change unseen, with a reason."""

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
from click.testing import CliRunner

from docctl.actions.trail.rotating_keys import rotate_key
from docctl.adapters.git_library import object_files
from docctl.adapters.signing_key import SigningKey
from docctl.adapters.upload_slots import UploadSlots
from docctl.cli import main
from docctl.domain.operations.exits import Exit
from docctl.domain.rights.permission import Library
from docctl.domain.trail.outcome import Outcome
from docctl.followers.catching_up import catch_up
from docctl.registers.integrity.data_files import FREE_FILES
from tests.checks.drawn_cases import Draw
from tests.factories import recipes
from tests.factories.kept_libraries import Kept, brought_to
from tests.factories.library import HOME, Clock, Founded, Office
from tests.factories.once.packed import unpack
from tests.factories.stand_ins import issue_quickly

pytestmark = pytest.mark.only_sqlite
PRINTED = re.compile(r"→ (git -C library\.git .*?)(?:,| writes)")
SIGNERS = "gpg.ssh.allowedSignersFile"
OBJECTS, INDEX = "library.git/objects/", "index/"
TABLES = "docctl.db"


def _live(office: Office, _: Clock) -> None:
    unpack(office.control.library.folder)
    with pytest.MonkeyPatch.context() as patched:
        issue_quickly(patched)
        revision_id = office.publish("POL-001")
        catch_up(office.control)
        rotate_key(office.control, "Yearly change of the key")
        catch_up(office.control)
        with office.control.reading() as session:
            revision = session.get_one(type(office.revision(revision_id)), revision_id)
            office.control.read_text(Library.ITSELF, revision.current, revision)


@pytest.fixture(scope="module")
def at_work(founded_library: Founded, once: Path) -> Kept:
    """A library with every kind of file in its data folder, which no test changes."""
    return brought_to(founded_library, once, _live)


@pytest.fixture
def data(at_work: Kept, tmp_path: Path) -> Path:
    """The data folder of a copy."""
    return Path(shutil.copytree(at_work.data, tmp_path / "data"))


def outcome(data: Path, *more: str) -> tuple[int, str]:
    """Check a data folder; return the exit and what is said."""
    done = CliRunner().invoke(main, ["verify", "--data", str(data), *more])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def append(path: Path) -> None:
    """Add a byte."""
    path.write_bytes(path.read_bytes() + b"x")


def flip(path: Path) -> None:
    """Change a byte in the middle."""
    changed = bytearray(path.read_bytes())
    changed[len(changed) // 2] ^= 1
    path.write_bytes(changed)


def truncate(path: Path) -> None:
    """Cut the second half off."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def behead(path: Path) -> None:
    """Write over the first byte."""
    path.write_bytes(b"\0" + path.read_bytes()[1:])


HARMS: tuple[Callable[[Path], None], ...] = (append, flip, truncate, Path.unlink)


def _names(data: Path) -> list[str]:
    return sorted(path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file())


def _is_free(name: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in FREE_FILES)


def _chosen(data: Path) -> Iterator[str]:
    """Each file that is checked; of many of one kind a few, because a test of their own changes them by the hundred."""
    few = {OBJECTS: 0, INDEX: 1, "templates/": 1, TABLES: 0}
    for name in _names(data):
        kind = next((each for each in few if name.startswith(each)), None)
        if kind is None:
            if not _is_free(name):
                yield name
        elif few[kind] and not _is_free(name):
            few[kind] -= 1
            yield name


def test_no_file_of_the_data_folder_changes_unseen(data: Path, drawn: Draw) -> None:
    """Each run harms each file in one way, and does each harm to one; make faults does every harm to every file."""
    assert outcome(data)[0] == Outcome.SOUND
    unseen, changed = [], list(_chosen(data))
    assert {"secret_key", "keys/ledger_key", "keys/allowed_signers", "library.git/HEAD"} < set(changed)
    for name, harm in drawn([(name, harm) for name in changed for harm in HARMS], set):
        path = data / name
        before, mode = path.read_bytes(), path.stat().st_mode
        path.chmod(0o600)
        harm(path)
        if outcome(data)[0] == Outcome.SOUND:
            unseen.append((name, getattr(harm, "__name__", "")))
        path.write_bytes(before)
        path.chmod(mode)
        (data / "distrusted").unlink(missing_ok=True)
    assert unseen == []
    assert outcome(data)[0] == Outcome.SOUND


def _what(row: str) -> str:
    """What kind of object git rev-list lists: a commit, a folder or a file of the ledger or of a document."""
    return re.sub(r"^\w{40} ?|\d+|\.json", "", row)


def test_no_object_that_is_needed_changes_unseen(data: Path, drawn: Draw) -> None:
    """Each run does each harm to some object, and one to an object of each kind; make faults does all to all."""
    listed = ["git", "-C", str(data / "library.git"), "rev-list", "--objects", "--all"]
    needed = subprocess.run(listed, capture_output=True, text=True).stdout.splitlines()
    assert {"events//", "documents/POL-/content.md", "allowed_signers", ""} < {_what(row) for row in needed}
    unseen = []
    every = [(row, harm) for row in needed for harm in HARMS]
    for row, harm in drawn(every, lambda one: {_what(one[0]), one[1].__name__}):
        path = data / OBJECTS / row[:2] / row[2:40]
        before = path.read_bytes()
        path.chmod(0o600)
        harm(path)
        code, told = outcome(data)
        if code != Outcome.CHANGED:
            unseen.append((row, harm.__name__, told))
        path.write_bytes(before)
    assert unseen == []


def test_a_harmed_copy_beside_a_sound_pack_is_named_and_mended_from_a_clone(data: Path, tmp_path: Path) -> None:
    repository = data / "library.git"
    file = "library:documents/POL-001/content.md"
    asked = ["git", "-C", str(repository), "rev-parse", file]
    name = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    subprocess.run(
        ["git", "clone", "-q", "--no-local", "--mirror", str(repository), str(tmp_path / "mirror.git")], check=True
    )
    subprocess.run(["git", "-C", str(repository), "repack", "-aq"], check=True)
    assert outcome(data)[0] == Outcome.SOUND
    path = data / OBJECTS / name[:2] / name[2:]
    path.chmod(0o600)
    flip(path)
    code, told = outcome(data)
    assert (code, name in told) == (Outcome.CHANGED, True), told
    shutil.copytree(tmp_path / "mirror.git", tmp_path / "damaged.git")
    [pack] = (tmp_path / "damaged.git" / "objects" / "pack").glob("*.pack")
    pack.chmod(0o600)
    flip(pack)
    for source, given, said in (("damaged.git", Exit.REFUSED, "take another copy"), ("mirror.git", Exit.DONE, "")):
        done = CliRunner().invoke(main, ["repair", "--data", str(data), "--fetch", str(tmp_path / source)])
        assert (done.exit_code, said in done.output) == (given, True), done.output
    assert outcome(data)[0] == Outcome.SOUND


def test_a_pack_with_bytes_that_nothing_reads_is_told(data: Path) -> None:
    subprocess.run(["git", "-C", str(data / "library.git"), "repack", "-adq"], check=True)
    assert outcome(data)[0] == Outcome.SOUND
    [index] = (data / "library.git" / "objects" / "pack").glob("*.idx")
    index.chmod(0o600)
    index.write_bytes(index.read_bytes()[:-1] + b"x")
    code, told = outcome(data)
    assert (code, index.stem in told) == (Outcome.BEHIND, True), told
    assert recipes.run(PRINTED.findall(told)[0], data).returncode == 0
    assert outcome(data)[0] == Outcome.SOUND


@pytest.mark.parametrize("more", [(), ("--round",)])
def test_a_pack_that_git_cannot_open_is_named_though_nothing_needs_it(data: Path, more: tuple[str, ...]) -> None:
    index = data / OBJECTS / "pack" / f"pack-{'7' * 40}.idx"
    index.write_bytes(b"")
    index.with_suffix(".pack").write_bytes(b"")
    code, told = outcome(data, *more)
    assert (code, index.name in told) == (Outcome.CHANGED, True), told


@pytest.mark.parametrize("harm", [truncate, behead])
def test_a_lost_index_is_named_and_made_anew(data: Path, harm: Callable[[Path], None]) -> None:
    subprocess.run(["git", "-C", str(data / "library.git"), "repack", "-adq"], check=True)
    [index] = (data / OBJECTS / "pack").glob("*.idx")
    index.chmod(0o600)
    harm(index)
    code, told = outcome(data)
    assert (code, index.name in told) == (Outcome.CHANGED, True), told
    command = next(each for each in PRINTED.findall(told) if "index-pack" in each)
    assert recipes.run(command, data).returncode == 0
    assert outcome(data)[0] == Outcome.SOUND


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("shallow", "0" * 40 + "\n"),
        ("info/grafts", "0" * 40 + "\n"),
        ("objects/info/alternates", "/elsewhere\n"),
        ("HEAD", "ref: refs/heads/documents/POL-001\n"),
    ],
)
def test_git_that_is_told_of_another_place_is_found(data: Path, name: str, text: str) -> None:
    path = data / "library.git" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    code, told = outcome(data)
    assert (code, f"library.git/{name}" in told) == (Outcome.CHANGED, True), told
    if name == "HEAD":
        assert recipes.run(PRINTED.findall(told)[0], data).returncode == 0
        assert outcome(data)[0] == Outcome.SOUND


def test_a_replaced_object_is_found(data: Path) -> None:
    library = data / "library.git"
    tip = (library / "refs" / "heads" / "ledger").read_text()
    (library / "refs" / "replace").mkdir()
    (library / "refs" / "replace" / tip.strip()).write_text((library / "refs" / "heads" / "library").read_text())
    code, told = outcome(data)
    assert (code, "refs/replace/" in told) == (Outcome.CHANGED, True), told


def test_a_setting_that_docctl_did_not_write_is_told(data: Path) -> None:
    with (data / "library.git" / "config").open("a") as config:
        config.write("[core]\n\tworktree = /elsewhere\n")
    code, told = outcome(data)
    assert (code, "core.worktree is “/elsewhere”" in told) == (Outcome.BEHIND, True), told


def _signers_named(data: Path, value: str) -> tuple[int, str]:
    subprocess.run(["git", "-C", str(data / "library.git"), "config", SIGNERS, value], check=True)
    return outcome(data)


@pytest.mark.parametrize(
    "place", ["elsewhere", "keys/elsewhere", "~/keys/allowed_signers", "%(prefix)/keys/allowed_signers"]
)
def test_signers_that_are_named_elsewhere_are_told(data: Path, tmp_path: Path, place: str) -> None:
    value = place if place[0] in "~%" else str(tmp_path / place)
    code, told = _signers_named(data, value)
    assert (code, f"{SIGNERS.lower()} is “{value}”" in told) == (Outcome.BEHIND, True), told


def test_signers_of_a_folder_that_was_moved_are_ours_while_they_list_no_other_key(data: Path, tmp_path: Path) -> None:
    former = tmp_path / "former" / "keys" / "allowed_signers"
    assert _signers_named(data, str(former))[0] == Outcome.SOUND
    former.parent.mkdir(parents=True)
    ours = (data / "keys" / "allowed_signers").read_text()
    former.write_text(ours)
    assert outcome(data)[0] == Outcome.SOUND
    other = SigningKey.create(tmp_path / "other_key")
    former.write_text(ours + other.allowed_signers)
    code, told = outcome(data)
    assert (code, f"is “{former}”" in told) == (Outcome.BEHIND, True), told


def test_signers_that_are_no_longer_named_are_told(data: Path) -> None:
    subprocess.run(["git", "-C", str(data / "library.git"), "config", "--unset", SIGNERS], check=True)
    code, told = outcome(data)
    assert (code, f"{SIGNERS.lower()} is missing" in told) == (Outcome.BEHIND, True), told


def test_the_manual_lists_what_may_change_unseen() -> None:
    page = (HOME / "docs" / "auditing.md").read_text()
    listed = dict(re.findall(r"^\| `([^`]+)` \| (.*) \|$", page.partition("## What `docctl verify` says")[2], re.M))
    assert FREE_FILES.items() <= listed.items()


def test_what_may_change_unseen_says_why() -> None:
    assert all(len(reason.split()) > 3 for reason in FREE_FILES.values())


@pytest.mark.parametrize(
    "name",
    [
        "passwords.txt",
        "templates/minutes.doc",
        "keys/old_key",
        "library.git/notes.txt",
        "library.git/hooks2/post-commit",
        "new/deep/down",
        "library.git/objects/pack/multi-pack-index",
        f"library.git/objects/pack/pack-{'1' * 40}.keep",
        "library.git/objects/pack/deep/pack.txt",
        "library.git/objects/info/words",
        "library.git/objects/ab/words",
        "library.git/objects/words",
        "library.git/hooks2/post.lock",
        "words.lock",
        "keys/words.lock",
        "uploads/words",
        "uploads/7-0.slot",
        "uploads/7.times",
        "uploads/deep/7-1.slot",
        "records/words.jsonl",
        "records/1.jsonl",
        "records/deep/000000.jsonl",
    ],
)
def test_a_file_that_docctl_did_not_put_there_is_told(data: Path, name: str) -> None:
    path = data / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("planted!")
    path.with_name("zz").write_text("planted")
    code, told = outcome(data)
    assert (code, f"{name} and 1 more beside it in the data folder" in told) == (Outcome.BEHIND, True), told


def test_uploads_that_are_going_on_are_no_foreign_files(data: Path) -> None:
    slots = UploadSlots(data / "uploads", 3, 10)
    slots.take(1)
    slots.take(1)
    assert {path.suffix for path in (data / "uploads").iterdir()} == {".slot", ".times"}
    assert outcome(data)[0] == Outcome.SOUND


def test_a_promise_that_objects_are_elsewhere_is_found(data: Path) -> None:
    path = data / OBJECTS / "pack" / f"pack-{'3' * 40}.promisor"
    path.touch()
    code, told = outcome(data)
    assert (code, path.name in told) == (Outcome.CHANGED, True), told


def test_an_empty_page_of_records_that_nobody_made_is_told(data: Path) -> None:
    path = data / "records" / "000007.jsonl"
    path.parent.mkdir(exist_ok=True)
    path.touch()
    code, told = outcome(data)
    assert (code, "records/000007.jsonl" in told) == (Outcome.BEHIND, True), told


LEFT = ("pack/tmp_pack_Ab12Cd", "pack/tmp_idx_Ab12Cd", "ab/tmp_obj_Ab12Cd", f"pack/pack-{'4' * 40}.pack")


@pytest.mark.parametrize("name", LEFT)
def test_what_a_killed_writer_may_have_left_is_named_and_raises_no_alarm_for_a_day(
    data: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = data / OBJECTS / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"PACK")
    code, told = outcome(data)
    assert (code, f"noted  {OBJECTS}{name}" in told) == (Outcome.SOUND, True), told
    monkeypatch.setattr(object_files, "LEFT_BEHIND_SECONDS", 0)
    code, told = outcome(data)
    assert (code, f"{OBJECTS}{name} in the data folder was not put there" in told) == (Outcome.BEHIND, True), told


def test_what_is_being_written_is_not_named(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(object_files, "_WRITERS_WITHIN_SECONDS", 0.2)
    monkeypatch.setattr(object_files, "LEFT_BEHIND_SECONDS", 0)
    for name in LEFT:
        (data / OBJECTS / name).parent.mkdir(exist_ok=True)
        (data / OBJECTS / name).touch()
    (data / OBJECTS / "pack" / "words").touch()
    lock = os.open(data / "git.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_SH)
    code, told = outcome(data)
    os.close(lock)
    assert (code, "pack/words" in told, "tmp_" in told, "pack-4" in told) == (Outcome.BEHIND, True, False, False), told
