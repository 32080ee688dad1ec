"""A library without its database comes back from a clone of its Git repository, to the last signature."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from docctl.actions.settings import administering
from docctl.domain.errors import InvalidInputError, LibraryExistsError, LibraryMismatchError
from docctl.domain.trail.audit_trail import Act, Event
from docctl.followers.catching_up import catch_up
from docctl.recovery.rebuilding import Rebuilt, rebuild
from docctl.registers.integrity.library_digest import library_digest
from docctl.registers.search.search import find
from docctl.replay.acts import CHANGES_NO_ROW, REBUILDS
from tests.checks.faults import crew
from tests.factories.databases import address_of, drop_database, new_database_beside
from tests.factories.library import Clock, Office
from tests.factories.stranger import check_clone

TRAIL = {"events", "chain_head"}


def _git(*arguments: object) -> None:
    subprocess.run(["git", *map(str, arguments)], check=True, capture_output=True)


def _rebuilt(data: Path, clone: Path, keys: Path | None = None, clock: Clock | None = None) -> Rebuilt:
    return rebuild(data, address_of(data), clone, keys=keys, **({"clock": clock} if clock else {}))


def _without_trail(digest: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in digest.items() if name not in TRAIL}


def _mirror(library: Path, clone: Path) -> None:
    _git("clone", "--quiet", "--mirror", library, clone)


def _ordinary(library: Path, clone: Path) -> None:
    _git("clone", "--quiet", library, clone)


def _bundle(library: Path, clone: Path) -> None:
    _git("-C", library, "bundle", "create", "--quiet", clone, "--all")


def test_every_act_rebuilds_rows_or_changes_none() -> None:
    assert REBUILDS.keys() | CHANGES_NO_ROW == set(Act)
    assert not REBUILDS.keys() & CHANGES_NO_ROW


@pytest.mark.both_databases
@pytest.mark.parametrize("take", [_mirror, _ordinary, _bundle], ids=["mirror", "ordinary clone", "bundle"])
def test_a_library_is_rebuilt_from_a_clone_alone(
    lived: Office, tmp_path: Path, take: Callable[[Path, Path], None]
) -> None:
    data, clone, keys = lived.control.data, tmp_path / "clone", tmp_path / "apart"
    before = library_digest(lived.control)
    take(lived.control.library.folder, clone)
    shutil.copytree(data / "keys", keys)
    shutil.copytree(data / "records", tmp_path / "elsewhere" / "records")
    shutil.rmtree(data)
    new_database_beside(data, tmp_path / "elsewhere")
    rebuilt = _rebuilt(tmp_path / "elsewhere", clone, keys)
    assert rebuilt.control.engine.name == lived.control.engine.name
    assert _without_trail(library_digest(rebuilt.control)) == _without_trail(before)
    catch_up(rebuilt.control, issuing=False)
    assert crew.faults(rebuilt.control) == []
    drop_database(rebuilt.control.data)


def test_the_trail_itself_comes_back_event_by_event(lived: Office, clock: Clock, tmp_path: Path) -> None:
    with lived.control.reading() as session:
        before = [
            (e.seq, e.text, e.salt, e.leaf, e.chain, e.ledger_commit, e.subject)
            for e in session.scalars(select(Event).order_by(Event.seq))
        ]
    _mirror(lived.control.library.folder, tmp_path / "clone")
    rebuilt = _rebuilt(tmp_path / "elsewhere", tmp_path / "clone", lived.control.data / "keys", clock)
    with rebuilt.control.reading() as session:
        after = [
            (e.seq, e.text, e.salt, e.leaf, e.chain, e.ledger_commit, e.subject)
            for e in session.scalars(select(Event).order_by(Event.seq))
        ]
    assert after[:-1] == before
    assert rebuilt.events == len(before)
    assert '"action":"library:rebuilt"' in after[-1][1]


@pytest.mark.only_sqlite
def test_a_deleted_database_is_rebuilt_where_it_was(lived: Office, tmp_path: Path) -> None:
    data, before = lived.control.data, library_digest(lived.control)
    lived.control.engine.dispose()
    (data / "docctl.db").unlink()
    rebuilt = _rebuilt(data, data / "library.git")
    assert _without_trail(library_digest(rebuilt.control)) == _without_trail(before)
    catch_up(rebuilt.control, issuing=False)
    assert crew.faults(rebuilt.control) == []
    secret = administering.issue_link(rebuilt.control, None, rebuilt.administrators[0])
    assert administering.choose_password(rebuilt.control, secret, "what nobody knew before") == "admin"
    rebuilt.control.engine.dispose()
    again = crew.office_at(data)
    assert {hit.number for hit in find(again.control, again.person("eve"), "document").hits} >= {"POL-103", "POL-106"}
    again.write("POL-201")
    assert crew.faults(crew.recover(data).control) == []


def test_a_forged_clone_is_refused_and_leaves_nothing(lived: Office, tmp_path: Path) -> None:
    clone, keys = tmp_path / "clone", tmp_path / "keys"
    _mirror(lived.control.library.folder, clone)
    shutil.copytree(lived.control.data / "keys", keys)
    tree = subprocess.run(
        ["git", "-C", clone, "rev-parse", "ledger^{tree}"], check=True, capture_output=True, text=True
    ).stdout.strip()
    forged = subprocess.run(
        ["git", "-C", clone, "-c", "user.name=x", "-c", "user.email=x", "commit-tree", tree, "-p", "ledger", "-m", "x"],
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    _git("-C", clone, "update-ref", "refs/heads/ledger", forged)
    with pytest.raises(LibraryMismatchError, match=r"holds no event|cannot be trusted"):
        _rebuilt(tmp_path / "elsewhere", clone, keys)
    assert sorted((tmp_path / "elsewhere").iterdir()) == []


def test_a_clone_cut_short_is_refused_by_its_missing_files(lived: Office, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    _git("clone", "--quiet", "--bare", "--single-branch", "--branch", "ledger", lived.control.library.folder, clone)
    with pytest.raises(LibraryMismatchError):
        _rebuilt(tmp_path / "elsewhere", clone, lived.control.data / "keys")
    assert sorted((tmp_path / "elsewhere").iterdir()) == []


def test_a_library_that_has_its_database_is_not_rebuilt(lived: Office, tmp_path: Path) -> None:
    before = library_digest(lived.control)
    with pytest.raises(LibraryExistsError):
        _rebuilt(lived.control.data, lived.control.library.folder)
    assert library_digest(crew.office_at(lived.control.data).control) == before


def test_without_the_ledger_key_nothing_is_begun(lived: Office, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="--keys"):
        _rebuilt(tmp_path / "elsewhere", lived.control.library.folder)
    assert not (tmp_path / "elsewhere").exists()


def test_a_stranger_finds_a_whole_life_sound_with_its_delegations_and_disposals(lived: Office, tmp_path: Path) -> None:
    code, told = check_clone(lived.control.library.folder, tmp_path)
    assert (code, told.startswith("sound: ")) == (0, True), told
