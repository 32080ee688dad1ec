"""The Git library: what is written is durable and what stock Git would write; what is read is checked."""

import os
import shutil
import signal
import subprocess
import tempfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docctl.adapters import git_library as git
from docctl.adapters.git_library import CommitText, GitLibrary, RefMove, repository
from docctl.adapters.signing_key import SigningKey
from docctl.domain.documents.stored_file import StoredFile, sha256
from docctl.domain.errors import LibraryBusyError, LibraryMismatchError

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    """A signing key."""
    made = SigningKey.create(tmp_path / "key")
    (tmp_path / "allowed").write_text(made.allowed_signers)
    return made


@pytest.fixture
def library(tmp_path: Path, key: SigningKey) -> GitLibrary:
    """An empty library."""
    return GitLibrary.create(tmp_path / "library.git", tmp_path / "git.lock", tmp_path / "allowed")


def _git(library: GitLibrary, *arguments: str) -> str:
    run = subprocess.run(["git", "-C", str(library.folder), *arguments], capture_output=True, text=True, check=True)
    return run.stdout + run.stderr


def _commit(library: GitLibrary, files: dict[str, bytes], *parents: str, sign: object = None) -> str:
    blobs = {path: git.blob(data) for path, data in files.items()}
    folders = git.trees({path: made.id for path, made in blobs.items()})
    made = git.commit(CommitText(folders[-1].id, parents, "Änne <Ä>\n", "anne@x", NOW, "Why\n\nBecause."), sign)  # type: ignore[arg-type]
    library.write([*blobs.values(), *folders, made])
    return made.id


def test_stock_git_finds_nothing_wrong_with_what_is_written(library: GitLibrary) -> None:
    first = _commit(library, {"content.md": b"one", "assets/a.png": b"\0\1", "assets.txt": b"x", "a/b/c": b"deep"})
    second = _commit(library, {"content.md": b"two"}, first)
    library.move_refs([RefMove("refs/heads/documents/POL-001", second, None)])
    assert "error" not in _git(library, "fsck", "--strict")
    assert _git(library, "show", f"{first}:a/b/c") == "deep"
    assert _git(library, "log", "--format=%an|%s", "documents/POL-001") == "Änne Ä|Why\nÄnne Ä|Why\n"


def test_many_objects_go_into_one_pack(library: GitLibrary) -> None:
    files = {f"f{number}": str(number).encode() for number in range(300)}
    commit = _commit(library, files)
    assert list((library.folder / "objects" / "pack").glob("*.pack"))
    assert library.read(git.blob(b"299").id) == b"299"
    assert "error" not in _git(library, "fsck", "--strict", commit)


def test_stock_git_verifies_a_signed_commit(library: GitLibrary, key: SigningKey) -> None:
    commit = _commit(library, {"a": b"1"}, sign=key.sign)
    assert "Good" in _git(library, "verify-commit", commit)
    plain, signature = git.without_signature(library.read(commit))
    assert key.accepts(plain, signature)
    assert not key.accepts(plain.replace(b"Because", b"becausE"), signature)


def test_swapped_bytes_are_noticed_at_reading(library: GitLibrary) -> None:
    file, made = git.stored("content.md", b"what was approved")
    library.write([made])
    assert library.read_file(file) == b"what was approved"
    path = library.folder / "objects" / file.blob[:2] / file.blob[2:]
    os.chmod(path, 0o644)
    path.write_bytes(zlib.compress(b"blob 17\0what was slipped "))
    with pytest.raises(LibraryMismatchError):
        GitLibrary(library.folder, library.folder.parent / "git.lock").read_file(file)


@pytest.mark.parametrize(
    "name", ["", "HEAD", "main:../../x", "--output=x", "@{-1}", "a" * 39, "a" * 40 + "\n", "A" * 40]
)
def test_only_hexadecimal_ids_are_read(library: GitLibrary, name: str) -> None:
    with pytest.raises(LibraryMismatchError):
        library.read(name)


def test_what_is_read_ahead_is_read_as_any_other_and_no_damage_is_hidden(library: GitLibrary) -> None:
    made = [git.blob(f"{number}\n".encode() * number) for number in range(6)]
    library.write(made[:5])
    (path := library.folder / "objects" / made[2].id[:2] / made[2].id[2:]).chmod(0o600)
    path.write_bytes(b"garbled")
    with library.reading_ahead([each.id for each in made]):
        assert [library.read(made[number].id) for number in (0, 1, 4, 3, 3)] == [
            made[number].data for number in (0, 1, 4, 3, 3)
        ]
        for lost in (2, 5):
            with pytest.raises(LibraryMismatchError):
                library.read(made[lost].id)
    path.write_bytes(zlib.compress(b"blob 5\0other"))
    with library.reading_ahead([made[2].id]), pytest.raises(LibraryMismatchError):
        library.read_file(StoredFile("a.md", made[2].id, sha256(made[2].data), len(made[2].data)))


def test_a_reference_moves_only_from_where_it_is_expected(library: GitLibrary) -> None:
    first, second = _commit(library, {"a": b"1"}), _commit(library, {"a": b"2"})
    library.move_refs([RefMove("refs/heads/ledger", first, None)])
    with pytest.raises(LibraryMismatchError):
        library.move_refs([RefMove("refs/heads/ledger", second, None)])
    with pytest.raises(LibraryMismatchError):
        library.move_refs([RefMove("refs/heads/ledger", second, second)])
    assert library.resolve(["refs/heads/ledger", "refs/heads/none"]) == {"refs/heads/ledger": first}
    library.move_refs([RefMove("refs/heads/ledger", second, first)])
    assert library.refs() == {"refs/heads/ledger": second}


def test_a_dead_lock_left_behind_is_removed(library: GitLibrary) -> None:
    commit = _commit(library, {"a": b"1"})
    (library.folder / "refs" / "heads" / "ledger.lock").touch()
    (library.folder / "packed-refs.lock").touch()
    library.move_refs([RefMove("refs/heads/ledger", commit, None)])
    assert library.resolve(["refs/heads/ledger"]) == {"refs/heads/ledger": commit}


def test_a_planted_hook_never_runs(library: GitLibrary) -> None:
    marker = library.folder.parent / "ran"
    hook = library.folder / "hooks" / "reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {marker}\n")
    hook.chmod(0o755)
    _git(library, "config", "core.hooksPath", str(hook.parent))
    library.move_refs([RefMove("refs/heads/ledger", _commit(library, {"a": b"1"}), None)])
    assert not marker.exists()


@settings(max_examples=20, deadline=None)
@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,3}(/[a-z]{1,3}){0,2}", fullmatch=True), st.binary(max_size=8), min_size=1)
)
def test_folders_are_named_as_git_names_them(tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]) -> None:
    paths = set(files)
    files = {path: data for path, data in files.items() if not any(other.startswith(path + "/") for other in paths)}
    folder = tmp_path_factory.mktemp("git")
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    for command in (["init", "-q"], ["-c", "core.autocrlf=false", "add", "-A"]):
        subprocess.run(["git", "-C", str(folder), *command], check=True)
    theirs = subprocess.run(["git", "-C", str(folder), "write-tree"], check=True, capture_output=True, text=True)
    ours = git.trees({path: git.blob(data).id for path, data in files.items()})[-1].id
    assert ours == theirs.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another repository, in which docctl is started."""
    folder = tmp_path / "checkout"
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    monkeypatch.chdir(folder)
    return folder


def _loose(repository: Path) -> list[Path]:
    return [path for path in (repository / "objects").glob("??/*") if path.is_file()]


def test_a_repository_that_was_moved_away_takes_nothing_and_no_other_takes_it(
    library: GitLibrary, checkout: Path
) -> None:
    away = library.folder.with_suffix(".away")
    library.folder.rename(away)
    with pytest.raises(LibraryBusyError, match="not where it was"):
        library.write([git.blob(b"acknowledged")])
    assert not _loose(checkout / ".git")
    assert not library.folder.exists()
    away.rename(library.folder)
    library.write([git.blob(b"acknowledged")])
    assert library.read(git.blob(b"acknowledged").id) == b"acknowledged"


def test_git_never_takes_the_repository_around_the_folder_that_docctl_was_started_in(
    library: GitLibrary, checkout: Path
) -> None:
    (checkout / "draft").write_bytes(b"of somebody else")
    subprocess.run(["git", "-C", str(checkout), "hash-object", "-w", "draft"], check=True, capture_output=True)
    library.folder.rename(library.folder.with_suffix(".away"))
    with pytest.raises(LibraryMismatchError):
        library.read(git.blob(b"of somebody else").id)
    with pytest.raises(LibraryMismatchError):
        library.refs()


def test_a_repository_put_in_the_place_of_another_takes_nothing(library: GitLibrary) -> None:
    library.folder.rename(library.folder.with_suffix(".away"))
    shutil.copytree(library.folder.with_suffix(".away"), library.folder)
    with pytest.raises(LibraryBusyError, match="is another"):
        library.write([git.blob(b"acknowledged")])
    assert not _loose(library.folder)


@pytest.mark.parametrize("count", [1, 300])
def test_what_is_not_found_after_writing_was_not_written(
    library: GitLibrary, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    def move_away(_: object) -> None:
        library.folder.rename(library.folder.with_suffix(".away"))
        shutil.copytree(
            library.folder.with_suffix(".away"), library.folder, ignore=shutil.ignore_patterns("??", "pack-*")
        )

    monkeypatch.setattr(repository, "sync_folders", move_away)
    with pytest.raises(LibraryBusyError, match="not found in it"):
        library.write([git.blob(str(number).encode()) for number in range(count)])


def _readers() -> list[int]:
    """The readers that this process keeps, by their process numbers."""
    own = Path(f"/proc/{os.getpid()}/task")
    children = {int(child) for task in own.iterdir() for child in (task / "children").read_text().split()}
    return [each for each in children if b"cat-file" in Path(f"/proc/{each}/cmdline").read_bytes()]


@pytest.fixture
def in_time() -> Iterator[None]:
    """End a test that waits for ever."""

    def end(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(120)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("in_time")
@pytest.mark.parametrize("index", [b"", b"no index"])
def test_git_that_complains_at_every_object_answers_on(library: GitLibrary, index: bytes) -> None:
    """What Git says beside its answers is far more than a pipe holds."""
    made = [git.blob(str(number).encode()) for number in range(150)]
    library.write(made)
    planted = library.folder / "objects" / "pack" / f"pack-{'5' * 40}.idx"
    planted.write_bytes(index)
    planted.with_suffix(".pack").write_bytes(b"")
    for _ in range(20):
        assert [library.read(each.id) for each in made] == [each.data for each in made]
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as answers:
        asked.write("".join(f"{each.id}\n" for each in made * 20).encode())
        asked.seek(0)
        library.plumb_into(answers, "cat-file", "--batch-check", istream=asked)
        answers.seek(0)
        assert len(answers.readlines()) == 150 * 20
    assert list(git.unopened_packs(library)) == [planted.stem]


@pytest.mark.parametrize(
    ("harm", "is_named"),
    [
        (lambda pack: pack.unlink(), False),
        (lambda pack: pack.write_bytes(b"PACK"), True),
        (lambda pack: pack.write_bytes(pack.read_bytes()[:-1] + bytes([pack.read_bytes()[-1] ^ 1])), True),
        (lambda pack: pack.with_suffix(".idx").write_bytes(pack.with_suffix(".idx").read_bytes()[:-1]), True),
        (lambda pack: pack.with_suffix(".idx").write_bytes(b""), True),
        (lambda pack: (pack.with_suffix(".idx").write_bytes(b""), pack.unlink()), False),
        (lambda pack: [path.unlink() for path in pack.parent.iterdir()], False),
    ],
    ids=["no pack", "short pack", "other pack", "short index", "empty index", "empty index alone", "neither"],
)
def test_a_pack_that_cannot_be_opened_is_named(
    library: GitLibrary, harm: Callable[[Path], object], is_named: bool
) -> None:
    library.write([git.blob(str(number).encode()) for number in range(300)])
    assert list(git.unopened_packs(library)) == []
    [pack] = (library.folder / "objects" / "pack").glob("*.pack")
    for path in pack.parent.iterdir():
        path.chmod(0o600)
    harm(pack)
    assert list(git.unopened_packs(library)) == ([pack.stem] if is_named else [])


@pytest.mark.parametrize("size", [0, 1, 5_000, (1 << 20) - 9, 1 << 20, (3 << 20) + 1])
@pytest.mark.parametrize("letters", [b"a", bytes(range(256))])
def test_a_file_of_an_object_holds_that_and_nothing_else(library: GitLibrary, size: int, letters: bytes) -> None:
    made = git.blob((letters * (size // len(letters) + 1))[:size])
    stored = ["git", "-C", str(library.folder), "hash-object", "-w", "--stdin"]
    name = subprocess.run(stored, input=made.data, capture_output=True, check=True).stdout.decode().strip()
    path = library.folder / "objects" / name[:2] / name[2:]
    path.chmod(0o600)
    assert (name, git.harmed_files(library)) == (made.id, [])
    assert git.sound(library, name) == made
    path.write_bytes(path.read_bytes() + b"x")
    assert git.harmed_files(library) == [name]
    assert git.sound(library, name) is None


def test_an_answer_that_was_broken_off_is_not_taken_for_the_next(library: GitLibrary) -> None:
    made = [git.blob(b"first"), git.blob(b"second")]
    library.write(made)
    assert library.read(made[0].id) == b"first"
    _, reader = library._reader
    reader._process.stdin.write(f"{made[0].id}\n".encode())
    assert library.read(made[1].id) == b"second"


def test_a_library_that_is_no_longer_used_leaves_no_reader_behind(library: GitLibrary) -> None:
    kept = git.blob(b"What was approved")
    library.write([kept])
    before = _readers()
    other = GitLibrary(library.folder, library.folder.with_name("git.lock"))
    assert other.read(kept.id) == b"What was approved"
    assert len(_readers()) == len(before) + 1
    del other
    assert _readers() == before


def test_a_reader_that_a_signal_ended_is_no_loss(library: GitLibrary) -> None:
    kept = git.blob(b"What was approved")
    library.write([kept])
    of_others = set(_readers())
    assert library.read(kept.id) == b"What was approved"
    [running] = set(_readers()) - of_others
    os.kill(running, signal.SIGTERM)
    assert library.read(kept.id) == b"What was approved"
    with pytest.raises(LibraryMismatchError, match="misses an object"):
        library.read("1" * 40)
