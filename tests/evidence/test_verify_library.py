"""The independent verifier: whatever was taken out of a clone or an evidence pack, or changed in it, is found."""

import random
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from docctl.actions.trail.exporting_evidence import evidence_pack
from docctl.adapters import evidence_zip
from docctl.evidence import verify_library
from docctl.followers.catching_up import catch_up
from tests.checks.drawn_cases import Draw
from tests.factories.kept_libraries import Kept, brought_to
from tests.factories.library import Clock, Founded, Office
from tests.factories.once.packed import unpack
from tests.factories.stand_ins import issue_quickly
from tests.factories.stranger import VERIFIER
from tests.factories.witnesses import neighbour_of

SOUND, UNSOUND, UNCHECKED, MISUSED = 0, 2, 3, 64
SEED, CHANGES, A_DAY = 20261130, 200, 25


def _live(office: Office, _: Clock) -> None:
    with pytest.MonkeyPatch.context() as patched:
        issue_quickly(patched)
        office.publish("POL-001", clauses=[("iso-9001-2015", "5.2")])
        catch_up(office.control)
        office.revise("POL-001", "# Purpose\n\nThe second text.\n")
        office.publish("POL-002", "Other policy")
        office.write("SOP-01", "Procedure", type_name="procedure")
        catch_up(office.control)
        neighbour_of(office, office.control.data / "witness").meet(office)
        _, pack = evidence_pack(office.control, "POL-001")
        catch_up(office.control)
        (office.control.data / "pack.zip").write_bytes(pack)


@pytest.fixture(scope="module")
def at_work(founded_library: Founded, once: Path) -> Kept:
    """A library with documents in several stages of life, and an evidence pack of one; no test changes it."""
    return brought_to(founded_library, once, _live)


@pytest.fixture
def clone(at_work: Kept, tmp_path: Path) -> Path:
    """A bare clone."""
    git("clone", "--quiet", "--mirror", "--no-hardlinks", at_work.data / "library.git", tmp_path / "clone.git")
    return tmp_path / "clone.git"


@pytest.fixture
def pack(at_work: Kept, tmp_path: Path) -> Path:
    """An evidence pack."""
    return Path(shutil.copy(at_work.data / "pack.zip", tmp_path / "POL-001-evidence.zip"))


def git(*words: str | Path) -> str:
    """Run Git."""
    return subprocess.run(["git", *words], check=True, capture_output=True, text=True).stdout.strip()


def check(*words: str | Path) -> tuple[int, str]:
    """Run the verifier in an empty environment; return its exit and what it says."""
    run = subprocess.run([sys.executable, "-I", "-S", VERIFIER, *words], env={}, capture_output=True, text=True)
    return run.returncode, run.stdout + run.stderr


def test_clones_and_packs_are_sound_as_they_came(at_work: Kept, clone: Path, pack: Path, tmp_path: Path) -> None:
    git("clone", "--quiet", at_work.data / "library.git", tmp_path / "ordinary")
    for place in (clone, tmp_path / "ordinary"):
        code, told = check(place)
        assert (code, told.startswith("sound: ")) == (SOUND, True), told
        assert "without a checkpoint nobody sees" in told
        assert "records lie apart from the ledger and are not here" in told
    code, told = check(pack)
    assert re.search(r"of POL-001 alone, \d+ other events counted by their leaves; witness\.alder", told), told
    assert code == SOUND
    assert told.rstrip().endswith("after it are unwitnessed")
    sheet = zipfile.ZipFile(pack).read("README.txt").decode()
    assert re.search(r"co-signed: events 1 to \d+, by witness\.alderbrook\.example on .* are unwitnessed", sheet)


@pytest.mark.parametrize(
    "refs",
    [
        ["refs/heads/library"],
        ["refs/heads/documents/SOP-01"],
        ["refs/heads/documents/POL-002", "refs/tags/POL-002/1"],
        ["refs/heads/documents/POL-002", "refs/tags/POL-002/1", "refs/heads/library"],
        ["refs/tags/POL-001/1"],
        ["refs/heads/ledger"],
    ],
    ids=lambda refs: " ".join(ref.removeprefix("refs/") for ref in refs),
)
def test_what_was_taken_out_of_a_clone_is_missed(clone: Path, refs: list[str]) -> None:
    for ref in refs:
        git("-C", clone, "update-ref", "-d", ref)
    git("-C", clone, "-c", "gc.pruneExpire=now", "gc", "--quiet")
    code, told = check(clone)
    assert code == UNSOUND, told


def _make_shallow(clone: Path) -> None:
    (clone / "shallow").write_text(git("-C", clone, "rev-parse", "refs/heads/ledger~3") + "\n")


def _graft(clone: Path) -> None:
    (clone / "info").mkdir(exist_ok=True)
    (clone / "info" / "grafts").write_text(git("-C", clone, "rev-parse", "refs/heads/documents/SOP-01") + "\n")


def _replace(clone: Path) -> None:
    git("-C", clone, "replace", "refs/tags/POL-001/1", "refs/tags/POL-001/2")


def _move_head(clone: Path) -> None:
    git("-C", clone, "symbolic-ref", "HEAD", "refs/heads/documents/POL-001")


def _detach_head(clone: Path) -> None:
    (clone / "HEAD").write_text(git("-C", clone, "rev-parse", "refs/heads/library") + "\n")


def _borrow(clone: Path) -> None:
    shutil.copytree(clone / "objects", clone.parent / "elsewhere")
    (clone / "objects" / "info" / "alternates").write_text(f"{clone.parent / 'elsewhere'}\n")


@pytest.mark.parametrize("harm", [_make_shallow, _graft, _replace, _move_head, _detach_head, _borrow])
def test_a_clone_that_shows_something_else_than_it_holds_is_told(clone: Path, harm: Callable[[Path], None]) -> None:
    harm(clone)
    code, told = check(clone)
    assert code == UNSOUND, told


def test_a_mirror_whose_head_names_no_branch_that_it_has_shows_nothing_wrong(clone: Path) -> None:
    git("-C", clone, "symbolic-ref", "HEAD", "refs/heads/master")
    code, told = check(clone)
    assert code == SOUND, told


def test_a_branch_that_was_moved_in_an_ordinary_clone_is_told(at_work: Kept, tmp_path: Path) -> None:
    git("clone", "--quiet", at_work.data / "library.git", tmp_path / "ordinary")
    git("-C", tmp_path / "ordinary", "update-ref", "refs/heads/library", "refs/tags/POL-001/2")
    code, told = check(tmp_path / "ordinary")
    assert (code, "refs/heads/library points to two places" in told) == (UNSOUND, True), told


def test_a_clone_does_not_choose_the_program_that_checks_it(clone: Path) -> None:
    planted = clone.parent / "planted"
    planted.write_text(f"#!/bin/sh\ntouch {planted}.ran\n")
    planted.chmod(0o755)
    git("-C", clone, "config", "gpg.ssh.program", str(planted))
    assert check(clone)[0] == SOUND
    assert not Path(f"{planted}.ran").exists()


def test_a_clone_of_one_document_is_checked_when_that_is_said(clone: Path) -> None:
    for ref in ("heads/library", "heads/documents/POL-002", "tags/POL-002/1", "heads/documents/SOP-01"):
        git("-C", clone, "update-ref", "-d", f"refs/{ref}")
    assert check(clone)[0] == UNSOUND
    code, told = check(clone, "--only", "POL-001")
    assert (code, "of POL-001 alone" in told) == (SOUND, True), told
    assert check(clone, "--only", "POL-002")[0] == UNSOUND
    assert check(clone, "--only", "POL-404")[0] == UNSOUND


def test_wrong_usage_and_what_is_not_there_are_no_verdict(clone: Path) -> None:
    for words in ((), ("--only",), (clone, "--bogus")):
        assert check(*words)[0] == MISUSED
    for words in ((clone.parent / "nowhere",), (clone, clone.parent / "nowhere.txt")):
        assert check(*words)[0] == UNCHECKED


def _changes(files: list[Path], numbers: Iterable[int]) -> Iterator[tuple[int, Path, bytes]]:
    """Change one byte of one file at a time, by the seed of its number; give seed, file, and the bytes it had."""
    for number in numbers:
        dice = random.Random(SEED + number)
        [path] = dice.choices(files, [each.stat().st_size for each in files])
        before = path.read_bytes()
        changed = bytearray(before)
        changed[dice.randrange(len(before))] ^= dice.randrange(1, 256)
        path.chmod(0o644)
        path.write_bytes(changed)
        yield SEED + number, path, before
        path.write_bytes(before)


def _shown(clone: Path) -> str:
    """Everything that Git shows of a clone: references, and every object with its bytes."""
    objects = ["git", "-C", str(clone), "cat-file", "--batch", "--batch-all-objects", "--unordered"]
    read = subprocess.run(objects, capture_output=True)
    refs = subprocess.run(["git", "-C", str(clone), "for-each-ref"], capture_output=True)
    parts = sorted(read.stdout.split(b"\n"))
    return f"{read.returncode} {refs.returncode} {refs.stdout!r} {hash(tuple(parts))}"


@pytest.mark.parametrize("is_packed", [False, True], ids=["loose", "packed"])
def test_random_bytes_changed_in_a_clone_are_found_or_are_read_by_nobody(
    clone: Path, is_packed: bool, drawn: Draw
) -> None:
    unpack(clone)
    if is_packed:
        git("-C", clone, "gc", "--quiet")
    files = sorted(path for name in ("objects", "refs", "packed-refs") for path in _files(clone / name))
    shown, refs, unread = _shown(clone), git("-C", clone, "for-each-ref"), 0
    numbers = drawn(range(CHANGES // 2), lambda number: {number % A_DAY})
    for seed, path, _ in _changes(files, numbers):
        # What the verifier asks Git first: where Git itself complains, it does.
        asked = ["git", "-C", clone, "fsck", "--full", "--no-dangling", "--no-progress"]
        told = subprocess.run(["git", "-C", clone, "for-each-ref"], capture_output=True)
        is_told = told.returncode or told.stdout.strip() != refs.encode()
        if is_told or subprocess.run(asked, capture_output=True).returncode:
            continue
        unread += 1
        code, said = check(clone)
        assert code == UNSOUND or _shown(clone) == shown, f"seed {seed}, {path.relative_to(clone)}: {said}"
    # Caches that Git keeps beside its objects, and the padding of what is squeezed.
    assert unread < len(numbers) // 5


def _files(place: Path) -> list[Path]:
    return [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]


def test_random_bytes_changed_in_a_pack_are_found(pack: Path, drawn: Draw) -> None:
    for seed, _, _ in _changes([pack], drawn(range(CHANGES), lambda number: {number % (2 * A_DAY)})):
        verify_library.CHECKED.clear()
        try:
            verify_library.read_pack(pack.read_bytes())
        except (ValueError, LookupError, OSError, EOFError, NotImplementedError, RuntimeError, zipfile.BadZipFile):
            continue
        assert not all(verify_library.CHECKED.values()), f"seed {seed}"
    verify_library.CHECKED.clear()
    for seed, _, _ in _changes([pack], range(3)):
        code, told = check(pack)
        assert code == UNSOUND, f"seed {seed}: {told}"


def test_every_file_of_a_pack_is_bound_by_the_list_that_the_library_signed(pack: Path) -> None:
    with zipfile.ZipFile(pack) as read:
        held = {name: read.read(name) for name in read.namelist()}
    assert len(held) > 12
    key = " ".join(held["allowed_signers"].decode().split()[-2:])
    for changed in (*({**held, name: data + b"\n"} for name, data in held.items()), held | {"added.txt": b"x"}):
        verify_library.CHECKED.clear()
        verify_library.check_list(changed, key)
        assert not all(verify_library.CHECKED.values()), [name for name in changed if changed[name] != held.get(name)]
    for name in ("signatures.csv", "files/content.md", "library.bundle"):
        _write(pack, {each: data for each, data in held.items() if each != name})
        assert check(pack)[0] == UNSOUND


def _write(pack: Path, files: dict[str, bytes]) -> None:
    """Write a pack in the very form that the library gives it."""
    pack.write_bytes(evidence_zip.pack(files, datetime(2026, 1, 1, tzinfo=UTC)))


def _held(pack: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(pack) as read:
        return {name: read.read(name) for name in read.namelist()}


def test_a_pack_tells_of_its_document_alone(pack: Path) -> None:
    held = _held(pack)
    told = b"".join(held.values())
    for other in (b"POL-002", b"SOP-01", b"Other policy", b"Procedure", b"@town.example", b"user:signed_in"):
        assert other not in told, other
    lines = held["ledger.jsonl"].splitlines()
    texts = [line for line in lines if line.startswith(b'{"event":')]
    assert 0 < len(texts) < len(lines)
    assert any(b"Ann Approver" in line for line in texts), "who approved it"


def test_leaves_and_records_of_a_pack_that_were_changed_are_found(pack: Path) -> None:
    held = _held(pack)
    lines = held["ledger.jsonl"].splitlines(keepends=True)
    hidden = next(place for place, line in enumerate(lines) if line.startswith(b'{"leaf":"'))
    own = next(place for place, line in enumerate(lines) if b"revision:approved" in line)
    other = b'{"leaf":"' + b"0" * 64 + b'"}\n'
    first = held["records.jsonl"].splitlines(keepends=True)[0]
    changes = {
        "a leaf": {"ledger.jsonl": b"".join([*lines[:hidden], other, *lines[hidden + 1 :]])},
        "a text": {"ledger.jsonl": held["ledger.jsonl"].replace(b"Ann Approver", b"Eve Employee")},
        "one left out": {"ledger.jsonl": b"".join(lines[:own] + lines[own + 1 :])},
        "the newest cut off": {"ledger.jsonl": b"".join(lines[:-3])},
        "a record": {"records.jsonl": held["records.jsonl"].replace(b'"said":{"reason":"', b'"said":{"reason":"not ')},
        "a record of another event": {"records.jsonl": re.sub(rb'"event":\d+', b'"event":1', first)},
    }
    for what, changed in changes.items():
        assert changed.items() - held.items(), what
        _write(pack, held | changed)
        verify_library.CHECKED.clear()
        places, _, _ = verify_library.read_leaves((held | changed)["ledger.jsonl"], 0)
        verify_library.check_records((held | changed)["records.jsonl"], places)
        [checkpoint] = (data for name, data in held.items() if re.fullmatch(r"checkpoint-.*\.txt", name))
        ends = f"seq {len(places) - 1}\nchain {places[-1][0]} ".encode() in checkpoint
        assert not ends or not all(verify_library.CHECKED.values()), what
    assert check(pack)[0] == UNSOUND


def test_what_is_no_pack_or_lacks_its_list_is_told_in_words(pack: Path, tmp_path: Path) -> None:
    letter, without = tmp_path / "letter.zip", tmp_path / "without.zip"
    letter.write_text("A letter.")
    with zipfile.ZipFile(pack) as whole, zipfile.ZipFile(without, "w") as made:
        for entry in whole.infolist():
            if entry.filename != "SHA256SUMS":
                made.writestr(entry, whole.read(entry))
    for place, said in ((letter, "it is no evidence pack, or a damaged one"), (without, "it has no SHA256SUMS")):
        code, told = check(place)
        assert (code, said in told, "Error(" in told) == (UNSOUND, True, False), told
