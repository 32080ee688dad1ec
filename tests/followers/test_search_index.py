"""The search index: damaged, missing, put back or half-built, it is known at once, said, and built again by itself."""

import fcntl
import os
import shutil
import threading
from pathlib import Path

import pytest
from sqlalchemy import update

from docctl.adapters.search_index import writing
from docctl.document_control import DocumentControl
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.people.reader import Reader
from docctl.domain.trail.audit_trail import ChainHead, Event
from docctl.followers import search_index
from docctl.registers.operations.operations import check_library
from docctl.registers.search.search import find, find_all, titles_starting_with
from tests.factories.library import Clock, Founded, Office, lived_on

DOCUMENTS = 2
EVERYTHING = {f"POL-00{number}" for number in range(1, DOCUMENTS + 1)}
NOTHING = f"The index is being built: 0 of {DOCUMENTS} documents are in it."


@pytest.fixture(scope="module")
def founded_library(founded_library: Founded, once: Path) -> Founded:
    """A library with some documents that search knows."""
    return lived_on(founded_library, once, _live)


def _live(office: Office, _: Clock) -> None:
    for number in range(1, DOCUMENTS + 1):
        office.publish(f"POL-00{number}", f"Policy {number}", text=f"# Purpose\n\nWe weigh zebra number {number}.\n")
        search_index.follow(office.control)


@pytest.fixture
def library(office: Office) -> Office:
    """A copy of this library."""
    return office


def person(control: DocumentControl, office: Office, login: str = "eve") -> Reader:
    """Return a person as they are now."""
    with control.reading() as session:
        return control.reader(session, office.people[login])


def found(office: Office, control: DocumentControl | None = None) -> tuple[set[str], list[str]]:
    """Return what a reader finds, and what the page says beside it."""
    control = control or office.control
    results = find(control, person(control, office), "zebra")
    return {hit.number for hit in results.hits}, [str(note) for note in results.notes]


def is_behind(control: DocumentControl) -> bool:
    """Say whether the follower would see to the index now."""
    with control.reading() as session:
        return search_index.is_behind(control, session)


def folder_of(office: Office) -> Path:
    """Return where the index is kept."""
    return office.control.data / "index"


def files_of(folder: Path, suffix: str = "") -> list[Path]:
    """Return the files of the index, or those whose names tell a kind."""
    return [path for path in sorted(folder.iterdir()) if suffix in path.name and path.name != writing.DOUBTFUL]


def delete_the_folder(folder: Path) -> None:
    """Somebody tidied up."""
    shutil.rmtree(folder)


def delete_a_file(folder: Path) -> None:
    """A file is gone."""
    files_of(folder, ".pst")[0].unlink()


def delete_the_seal(folder: Path) -> None:
    """The checksums are gone."""
    for path in folder.glob("seal_*"):
        path.unlink()


def truncate_a_file(folder: Path) -> None:
    """A file ends early."""
    path = files_of(folder, ".trm")[-1]
    os.truncate(path, path.stat().st_size // 2)


def zero_a_file(folder: Path) -> None:
    """A file holds nothing but zeros."""
    path = files_of(folder, ".pst")[-1]
    path.write_bytes(bytes(path.stat().st_size))


def take_the_rights(folder: Path) -> None:
    """Nobody may read the folder."""
    for path in folder.iterdir():
        path.chmod(0)
    folder.chmod(0)


def put_a_file_in_its_place(folder: Path) -> None:
    """Where the folder was, there is a file."""
    shutil.rmtree(folder)
    folder.write_text("index")


def put_a_dead_link_in_its_place(folder: Path) -> None:
    """Where the folder was, there is a link to nothing."""
    shutil.rmtree(folder)
    folder.symlink_to(folder.parent / "nowhere")


def empty_the_table_of_contents(folder: Path) -> None:
    """The table of contents is there, and empty."""
    files_of(folder, ".toc")[0].write_bytes(b"")


def leave_the_mark_of_another_start(folder: Path) -> None:
    """The machine went down while the index was written."""
    (folder / writing.DOUBTFUL).write_text("another start of the machine")


DAMAGES = [
    delete_the_folder, delete_a_file, delete_the_seal, truncate_a_file, zero_a_file, take_the_rights,
    put_a_file_in_its_place, put_a_dead_link_in_its_place, empty_the_table_of_contents,
    leave_the_mark_of_another_start,
]  # fmt: skip


def test_a_damaged_index_is_told_at_once_and_built_again_without_another_event(library: Office) -> None:
    for damage in DAMAGES:
        assert found(library) == (EVERYTHING, []), damage
        damage(folder_of(library))
        numbers, notes = found(library)
        if numbers == EVERYTHING and damage is take_the_rights:
            continue  # to the superuser such a folder is whole
        assert (numbers, notes) == (set(), [NOTHING]), damage
        assert is_behind(library.control), damage
        search_index.follow(library.control)
        assert found(library) == (EVERYTHING, []), damage
        assert not is_behind(library.control), damage


def test_only_an_index_that_stays_unreadable_is_warned_of_and_once(
    library: Office, caplog: pytest.LogCaptureFixture
) -> None:
    delete_the_folder(folder_of(library))
    assert found(library) == (set(), [NOTHING])
    assert caplog.messages == []
    search_index.follow(library.control)
    caplog.clear()
    delete_a_file(folder_of(library))
    assert found(library) == (set(), [NOTHING])
    [said] = caplog.messages
    assert said.startswith("The search index could not be read, so it is made anew: FileNotFoundError")


def test_a_flipped_byte_in_any_file_is_seen_before_anybody_is_answered(library: Office) -> None:
    folder = folder_of(library)
    kinds = {path.name.partition(".")[2] for path in files_of(folder)} - {""}
    assert kinds >= {"toc", "trm", "pst", "facts.col"}
    for kind in sorted(kinds):
        for place in (0.0, 0.5, 1.0):
            path = next(path for path in files_of(folder) if path.name.partition(".")[2] == kind)
            content = bytearray(path.read_bytes())
            content[int(place * (len(content) - 1))] ^= 0x40
            with path.open("r+b") as file:
                file.write(content)
            assert found(library) == (set(), [NOTHING]), (kind, place)
            search_index.follow(library.control)
            assert found(library) == (EVERYTHING, []), (kind, place)


def test_every_kind_of_file_of_the_index_is_sealed(library: Office) -> None:
    folder = folder_of(library)
    (toc,) = (path.name for path in files_of(folder, ".toc") if not path.name.startswith("seal_"))
    seal = (folder / f"seal_{toc}").read_text()
    others = {path.name for path in files_of(folder) if f'"{path.name}"' not in seal}
    assert {name for name in others if "LOCK" not in name} == {f"seal_{toc}"}


def test_an_older_copy_put_back_is_brought_up_to_date(library: Office, tmp_path: Path) -> None:
    shutil.copytree(folder_of(library), tmp_path / "copy")
    library.publish("POL-009", "Ninth policy", text="# Purpose\n\nWe weigh zebra number 9.\n")
    search_index.follow(library.control)
    shutil.rmtree(folder_of(library))
    shutil.copytree(tmp_path / "copy", folder_of(library))
    numbers, notes = found(library)
    assert ("POL-009" in numbers, notes) == (False, ["The index is being built: 2 of 3 documents are in it."])
    assert is_behind(library.control)
    search_index.follow(library.control)
    assert (len(found(library)[0]), found(library)[1]) == (DOCUMENTS + 1, [])


def test_the_index_of_another_library_answers_nobody(library: Office, tmp_path: Path) -> None:
    other = writing.SearchUpdate
    folder = folder_of(library)
    stranger = type(library.control.index)(tmp_path / "other", "another secret")
    with stranger.updating() as made:
        assert isinstance(made, other)
        made.commit(3, "another chain")
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "other", folder)
    assert found(library) == (set(), [NOTHING])
    search_index.follow(library.control)
    assert len(found(library)[0]) == DOCUMENTS


def _with_place(control: DocumentControl, seq: int, chain: str) -> None:
    with control.index.updating() as made:
        made.commit(seq, chain)


def test_an_index_ahead_of_the_tables_is_built_again(library: Office) -> None:
    with library.control.reading() as session:
        head = session.get_one(ChainHead, 1)
        seq, chain = head.seq, head.chain
    for place in ((seq + 7, chain), (seq, "0" * 64)):
        _with_place(library.control, *place)
        assert found(library) == (set(), [NOTHING])
        assert is_behind(library.control)
        search_index.follow(library.control)
        assert len(found(library)[0]) == DOCUMENTS


def test_an_index_behind_the_tables_catches_up_without_another_event(library: Office) -> None:
    with library.control.reading() as session:
        first = session.get_one(Event, 1)
        seq, chain = first.seq, first.chain
    _with_place(library.control, seq, chain)
    assert is_behind(library.control)
    search_index.follow(library.control)
    assert not is_behind(library.control)


def test_a_half_built_index_says_how_much_is_in_it(library: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(folder_of(library))

    class KilledError(Exception):
        """The process ends here."""

    def kill(*_: object) -> None:
        raise KilledError

    monkeypatch.setattr(search_index, "PAGE", 10)
    monkeypatch.setattr(search_index, "crash_point", kill)
    known = 0
    while known < DOCUMENTS - 1:
        with pytest.raises(KilledError):
            search_index.follow(library.control)
        known = len(found(library)[0])
        said = [] if known == DOCUMENTS else [f"The index is being built: {known} of 2 documents are in it."]
        assert found(library)[1] == said
    monkeypatch.undo()
    search_index.follow(library.control)
    assert (len(found(library)[0]), found(library)[1]) == (DOCUMENTS, [])


def test_doctor_and_the_command_say_how_much_is_in_the_index(library: Office) -> None:
    def said() -> str:
        return next(check.sentence for check in check_library(library.control) if check.name == "search")

    assert said() == "Search knows all 2 documents in force."
    shutil.rmtree(folder_of(library))
    assert said() == NOTHING
    assert [str(note) for note in find_all(library.control, "zebra").notes] == [said()]


def test_a_lock_and_files_of_others_that_were_left_are_no_matter(library: Office) -> None:
    folder = folder_of(library)
    for name in ("entries3_WRITELOCK", "README", "entries3_0000dead.pst", ".hidden", "core"):
        (folder / name).write_text("left")
    folder.with_name("index.lock").write_text("left")
    assert len(found(library)[0]) == DOCUMENTS
    library.publish("POL-009", "Ninth policy", text="# Purpose\n\nWe weigh zebra number 9.\n")
    search_index.follow(library.control)
    assert (len(found(library)[0]), found(library)[1]) == (DOCUMENTS + 1, [])


def test_a_disk_that_is_full_while_the_index_is_built_leaves_what_was_there(
    library: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    library.publish("POL-009", "Ninth policy", text="# Purpose\n\nWe weigh zebra number 9.\n")
    monkeypatch.setattr("docctl.adapters.search_index.soundness._seal", full)
    with pytest.raises(OSError, match="No space left"):
        search_index.follow(library.control)
    numbers, notes = found(library)
    assert (len(numbers), notes) == (DOCUMENTS, ["The index is being built: 2 of 3 documents are in it."])
    monkeypatch.undo()
    search_index.follow(library.control)
    assert (len(found(library)[0]), found(library)[1]) == (DOCUMENTS + 1, [])


def test_another_process_that_holds_the_index_open_sees_the_damage_too(library: Office) -> None:
    other = DocumentControl.open(library.control.data, library.control.engine.url.render_as_string(hide_password=False))
    assert len(found(library, other)[0]) == DOCUMENTS
    zero_a_file(folder_of(library))
    assert found(library, other) == (set(), [NOTHING])
    assert found(library) == (set(), [NOTHING])
    search_index.follow(library.control)
    assert len(found(library, other)[0]) == DOCUMENTS


def test_what_the_tables_let_nobody_read_is_not_found_whatever_the_index_says(library: Office) -> None:
    """The index has not heard of it, and there is no event: the tables decide at the moment of the answer."""
    library.publish("POL-009", "Ninth policy", text="# Purpose\n\nWe weigh zebra number 9.\n")
    search_index.follow(library.control)
    with library.control.engine.begin() as connection:
        withdrawn = update(Revision).where(Revision.title == "Policy 1").values(state=State.OBSOLETE)
        connection.execute(withdrawn)
        closed = {"classification": "restricted", "audience": "|department:HR|"}
        connection.execute(update(Revision).where(Revision.title == "Policy 2").values(**closed))
    control = DocumentControl.open(
        library.control.data, library.control.engine.url.render_as_string(hide_password=False)
    )
    numbers, _ = found(library, control)
    assert numbers == {"POL-009"}
    results = find(control, person(control, library), "zebra")
    assert results.total == 1
    assert titles_starting_with(control, person(control, library), "POL-002") == ()
    every = find(control, person(control, library, "carla"), "zebra", every_revision=True)
    assert {hit.number: hit.state for hit in every.hits}["POL-001"] == State.OBSOLETE


def test_questions_while_the_index_is_written_are_answered_from_a_whole_commit(library: Office) -> None:
    stop, faults = threading.Event(), list[object]()

    def ask() -> None:
        while not stop.is_set():
            numbers, notes = found(library)
            if len(numbers) < DOCUMENTS or any(" 0 of " in note for note in notes):
                faults.append((numbers, notes))

    asking = threading.Thread(target=ask)
    asking.start()
    for turn in range(3):
        library.publish(f"SOP-00{turn}", "More", text="# Purpose\n\nMore zebra.\n")
        search_index.follow(library.control)
    stop.set()
    asking.join()
    assert faults == []


def test_a_lock_that_is_held_is_waited_for_by_nobody_who_asks(library: Office) -> None:
    with folder_of(library).with_name("index.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert len(found(library)[0]) == DOCUMENTS
