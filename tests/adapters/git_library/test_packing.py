"""Packing: what is needed lies in few packs afterwards and reads as before; what nothing leads to is swept."""

import os
import subprocess
import threading
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from docctl.adapters import git_library as git
from docctl.adapters.git_library import CommitText, GitLibrary, GrowingLedger, RefMove, aside, packing
from docctl.adapters.git_library.on_disk import Pack, is_without_deltas, loose_path, named_in
from docctl.adapters.signing_key import SigningKey
from docctl.domain.errors import LibraryBusyError, LibraryMismatchError
from docctl.domain.trail.audit_trail import ledger_path
from docctl.domain.trail.ledger_keys import LEDGER_PRINCIPAL

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LEDGER = "refs/heads/ledger"
A_MONTH_AGO = time.time() - 31 * 86_400


class Growing:
    """A library whose ledger grows."""

    def __init__(self, folder: Path) -> None:
        self.key = SigningKey.create(folder / "key")
        (folder / "allowed").write_text(self.key.allowed_signers)
        self.library = GitLibrary.create(folder / "library.git", folder / "git.lock", folder / "allowed")
        self.tip, self.events = "", 0

    def record(self, count: int = 1, *, at_once: bool = False, moved: bool = True) -> str:
        """Record some events, each as an act does, or all at once as an import does; return the last one's commit."""
        ledger, tip = GrowingLedger(self.library, self.tip, self.key.allowed_signers), self.tip
        for _ in range(count):
            self.events += 1
            text = CommitText(
                "", (tip,) if tip else (), "docctl", LEDGER_PRINCIPAL, NOW + timedelta(seconds=self.events), "An act"
            )
            tip = ledger.add(ledger_path(self.events), b'{"event":%d}\n' % self.events, text, self.key.sign)
            if not at_once:
                self.library.write(ledger.objects)
                ledger.objects.clear()
        self.library.write(ledger.objects)
        if moved:
            self.library.move_refs([RefMove(LEDGER, tip, self.tip or None)])
            self.tip = tip
        return tip

    def pack(self, *, whole: bool = False) -> git.Packed:
        """Pack what references lead to."""
        return git.pack(self.library, set(self.library.refs().values()), lambda *_: None, whole=whole)

    def everything(self) -> dict[str, bytes]:
        """Return every object that the library holds."""
        names = {*git.loose_objects(self.library.folder)}
        names.update(*(named_in(each.index) for each in git.packs_in(self.library.folder)))
        return {name: self.library.read(name) for name in names}


@pytest.fixture
def growing(tmp_path: Path) -> Iterator[Growing]:
    """A library whose ledger grows."""
    made = Growing(tmp_path)
    yield made
    made.library.let_go()


def _loose(growing: Growing) -> list[str]:
    return list(git.loose_objects(growing.library.folder))


def _sizes(growing: Growing) -> list[int]:
    return [each.objects for each in git.packs_in(growing.library.folder)]


def test_what_is_needed_is_packed_and_reads_as_before(growing: Growing) -> None:
    growing.record(40)
    before = growing.everything()
    packed = growing.pack()
    assert packed.objects == len(before)
    assert (_loose(growing), _sizes(growing)) == ([], [len(before)])
    assert growing.everything() == before
    assert git.unsound(growing.library) == []
    assert not growing.library.folder.with_name(aside.PACKING).exists()
    assert growing.pack().objects == 0


def test_an_event_takes_a_fraction_of_what_it_took(growing: Growing) -> None:
    growing.record(150)
    loose = git.loose_room(growing.library.folder)[1]
    growing.pack()
    packed = sum(each.size for each in git.packs_in(growing.library.folder))
    assert packed < 150 * 1200 < loose / 10


def test_what_an_import_wrote_in_a_pack_at_once_is_packed_as_closely(growing: Growing) -> None:
    growing.record(100, at_once=True)
    written = git.packs_in(growing.library.folder)
    assert [is_without_deltas(each.index) for each in written] == [True]
    before = growing.everything()
    growing.pack()
    assert growing.everything() == before
    packed = git.packs_in(growing.library.folder)
    assert [is_without_deltas(each.index) for each in packed] == [False]
    assert packed[0].size < written[0].objects * 1200 / 5


def test_packs_stay_few_while_the_library_grows(growing: Growing) -> None:
    for _ in range(20):
        growing.record(3)
        growing.pack()
    sizes = _sizes(growing)
    assert sum(sizes) == 1 + 20 * 3 * 5
    assert len(sizes) <= 5
    assert all(larger >= 2 * sum(sizes[:place]) for place, larger in enumerate(sizes) if place)


@pytest.mark.parametrize(
    ("sizes", "folded"),
    [
        ([], []),
        ([7], []),
        ([7, 14], []),
        ([7, 13], [7, 13]),
        ([5, 5, 5, 100], [5, 5, 5]),
        ([5, 5, 5, 29], [5, 5, 5, 29]),
        ([1, 2, 6, 18, 20], [1, 2, 6, 18, 20]),
    ],
)
def test_the_smallest_packs_become_one_until_each_is_twice_all_below_it(sizes: list[int], folded: list[int]) -> None:
    packs = [Pack(Path(f"pack-{place}.idx"), size) for place, size in enumerate(sizes)]
    assert [each.objects for each in packing.packs_to_fold(reversed(packs))] == folded


def test_what_nothing_refers_to_yet_stays_loose(growing: Growing) -> None:
    growing.record(5)
    written = git.blob(b"a text that is about to be saved")
    growing.library.write([written])
    growing.pack()
    assert _loose(growing) == [written.id]
    tip = growing.record(2, moved=False)
    growing.pack()
    assert growing.library.read(tip)
    assert len(_loose(growing)) == 1 + 2 * 5


def test_a_pack_that_holds_what_nothing_refers_to_yet_stays_as_it_is(growing: Growing) -> None:
    growing.record(5)
    tip = growing.record(60, at_once=True, moved=False)
    before = growing.everything()
    growing.pack()
    assert [is_without_deltas(each.index) for each in git.packs_in(growing.library.folder)] == [False, True]
    assert growing.everything() == before
    growing.library.move_refs([RefMove(LEDGER, tip, growing.tip)])
    growing.pack()
    assert [is_without_deltas(each.index) for each in git.packs_in(growing.library.folder)] == [False, False]
    assert growing.everything() == before


def test_readers_that_have_old_packs_open_read_on(growing: Growing) -> None:
    growing.record(60, at_once=True)
    growing.record(10)
    expected = growing.everything()
    command = ["git", "-C", str(growing.library.folder), "cat-file", "--batch"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        names = sorted(expected)
        for turn, name in enumerate(names):
            if turn in (1, len(names) // 2):
                growing.record(3)
                growing.pack()
            reader.stdin.write(f"{name}\n".encode())
            reader.stdin.flush()
            _, _, size = reader.stdout.readline().split()
            assert reader.stdout.read(int(size) + 1)[:-1] == expected[name]
        reader.stdin.close()


def test_our_reader_lets_packs_go_that_were_replaced(growing: Growing) -> None:
    growing.record(60, at_once=True)
    other = GitLibrary(growing.library.folder, growing.library.folder.with_name("git.lock"))
    assert other.read(growing.tip)
    growing.pack()
    assert other.read(growing.tip)
    deleted = [
        link
        for path in Path("/proc").glob("[0-9]*/fd/*")
        if (link := _target(path)).startswith(str(growing.library.folder)) and link.endswith("(deleted)")
    ]
    assert deleted == []
    other.let_go()


def _target(path: Path) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""


def test_people_write_while_it_is_packed(growing: Growing) -> None:
    """Each text is written, and found again, in the middle of packings that replace everything again and again."""
    growing.record(20)
    written: list[git.GitObject] = []
    is_over = threading.Event()

    def write() -> None:
        while not is_over.is_set():
            made = [git.blob(f"text {len(written)}".encode()), git.blob(f"text {max(0, len(written) - 7)}".encode())]
            growing.library.write(made)
            written.append(made[0])

    writer = threading.Thread(target=write)
    writer.start()
    for _ in range(6):
        growing.pack()
    is_over.set()
    writer.join()
    assert len(written) > 6
    assert [growing.library.read(each.id) for each in written] == [each.data for each in written]


def test_wrong_bytes_are_not_taken_into_a_pack(growing: Growing) -> None:
    growing.record(5)
    names = set(_loose(growing))
    file = next(each for each in names if growing.library.read_kind(each)[0] == "blob")
    path = loose_path(growing.library.folder, file)
    path.chmod(0o600)
    path.write_bytes(zlib.compress(b"blob 5\0other"))
    with pytest.raises(LibraryBusyError, match=r"stays as it was.*docctl verify"):
        growing.pack()
    assert (set(_loose(growing)), _sizes(growing)) == (names, [])


def test_nothing_is_packed_where_an_object_is_missing(growing: Growing) -> None:
    growing.record(5)
    names = _loose(growing)
    loose_path(growing.library.folder, names.pop()).unlink()
    with pytest.raises(LibraryBusyError, match="stays as it was"):
        growing.pack()
    assert sorted(_loose(growing)) == sorted(names)


def test_a_pack_is_thrown_away_when_something_was_erased_meanwhile(
    growing: Growing, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing.record(5)
    lost = growing.library.entries(growing.library.tree_of(growing.tip))["allowed_signers"][1]
    take_in = aside.take_in

    def erase_and_take_in(*given: object) -> None:
        monkeypatch.undo()
        git.erase(growing.library, [lost])
        take_in(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(aside, "take_in", erase_and_take_in)
    with pytest.raises(LibraryBusyError, match="try again"):
        growing.pack()
    assert git.missing(growing.library, [lost]) == {lost}
    assert _sizes(growing) == []


def test_what_nothing_leads_to_is_swept_after_a_month_and_named(growing: Growing) -> None:
    growing.record(5)
    old, young = git.blob(b"left by what was killed"), git.blob(b"written just now")
    growing.library.write([old, young])
    _age(growing, [old.id])
    assert _swept(growing) == [git.Swept(old.id, "blob", 23)]
    assert growing.everything().keys() >= {young.id, growing.tip}
    assert git.missing(growing.library, [old.id]) == {old.id}


def test_what_was_written_again_is_young_again(growing: Growing) -> None:
    growing.record(2)
    made = [git.blob(b"saved once, and a month later again")]
    growing.library.write(made)
    _age(growing, [made[0].id])
    growing.library.write(made)
    assert _swept(growing) == []


def test_an_old_pack_is_written_anew_without_what_nothing_leads_to(growing: Growing) -> None:
    growing.record(2)
    lost = [git.blob(f"lost {number}".encode()) for number in range(250)]
    growing.library.write([*lost, git.blob(b'{"event":1}\n')])
    (pack,) = git.packs_in(growing.library.folder)
    os.utime(pack.index.with_suffix(".pack"), (A_MONTH_AGO, A_MONTH_AGO))
    assert len(_swept(growing)) == 250
    assert len(growing.everything()) == 1 + 2 * 5


def test_what_an_act_names_and_what_was_signed_stays(growing: Growing) -> None:
    growing.record(2)
    named, beside = git.tree({"content.md": ("100644", git.blob(b"text").id)}), git.blob(b"text")
    growing.library.write([named, beside])
    rewritten = growing.record(1, moved=False)
    _age(growing, _loose(growing))
    assert _swept(growing, named={named.id}) == []
    assert growing.library.read(rewritten)
    assert {each.id for each in _swept(growing)} == {named.id, beside.id}


def test_what_somebody_decided_since_stays(growing: Growing) -> None:
    growing.record(2)
    text = git.blob(b"kept for long, then committed")
    growing.library.write([text])
    _age(growing, [text.id])
    before = set(growing.library.refs().values())
    left_over = growing.pack(whole=True).left_over
    folder = git.tree({"content.md": ("100644", text.id)})
    commit = git.commit(CommitText(folder.id, (), "Ann", "ann@x", NOW, "Save"))
    growing.library.write([folder, commit])
    now = before | {commit.id}
    assert left_over == {text.id}
    assert git.sweep(growing.library, left_over, before, now, set()) == []


def test_what_is_damaged_and_leads_nowhere_is_swept_too(growing: Growing) -> None:
    growing.record(2)
    made = git.blob(b"torn by a loss of power")
    growing.library.write([made])
    path = loose_path(growing.library.folder, made.id)
    path.chmod(0o600)
    path.write_bytes(b"")
    _age(growing, [made.id])
    assert _swept(growing) == [git.Swept(made.id, "damaged", 0)]
    with pytest.raises(LibraryMismatchError):
        growing.library.read(made.id)


def _age(growing: Growing, objects: list[str]) -> None:
    for each in objects:
        os.utime(loose_path(growing.library.folder, each), (A_MONTH_AGO, A_MONTH_AGO))


def _swept(growing: Growing, named: set[str] | None = None) -> list[git.Swept]:
    roots = set(growing.library.refs().values())
    return git.sweep(growing.library, growing.pack(whole=True).left_over, roots, roots, named or set())
