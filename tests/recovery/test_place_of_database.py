"""The data folder knows where its tables are: a setting that was forgotten is told as that, not as a lost database."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from docctl.adapters import data_folder, database
from docctl.cli import main
from docctl.document_control import DocumentControl
from docctl.domain.errors import DatabaseUnreachableError, InvalidInputError, LibraryMismatchError
from docctl.domain.operations.exits import Exit
from docctl.followers.catching_up import catch_up
from docctl.recovery.rebuilding import rebuild
from tests.conftest import ROOM
from tests.factories.databases import POSTGRESQL, address_of, drop_database, new_database
from tests.factories.library import Clock, found_library, open_library


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Path]:
    """A library with its tables in PostgreSQL."""
    data = tmp_path_factory.mktemp("kept") / "data"
    new_database(data, POSTGRESQL, pytestconfig.stash[ROOM])
    control = found_library(data)
    control.finish()
    control.engine.dispose()
    yield data
    drop_database(data)


@pytest.fixture(params=["UTF8", "LATIN1", "SQL_ASCII"])
def encoded(request: pytest.FixtureRequest, tmp_path: Path, pytestconfig: pytest.Config) -> Iterator[tuple[Path, str]]:
    """An empty database of PostgreSQL in an encoding, for a data folder that is not there yet."""
    how = f"ENCODING '{request.param}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
    new_database(tmp_path / "data", POSTGRESQL, pytestconfig.stash[ROOM], how)
    yield tmp_path / "data", request.param
    drop_database(tmp_path / "data")


def _at_home(data: Path) -> str:
    return f"sqlite:///{data}/docctl.db"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("postgresql://docctl:sesame@db.example:5433/docs", "postgresql://docctl@db.example:5433/docs"),
        ("postgres://docctl@/docs?host=/run/db&password=sesame", "postgresql://docctl@/docs?host=%2Frun%2Fdb"),
        ("sqlite:////srv/docctl/docctl.db", "docctl.db"),
        ("sqlite:////srv/elsewhere.db", "sqlite:////srv/elsewhere.db"),
    ],
)
def test_the_place_of_a_database_is_told_without_its_password(address: str, place: str) -> None:
    assert database.place_of(database.open_database(address), Path("/srv/docctl")) == place


def test_a_forgotten_address_is_told_by_every_way_in_and_nothing_is_made_in_its_place(kept: Path) -> None:
    before = sorted(path.name for path in kept.iterdir())
    for command in (["doctor"], ["serve"], ["verify"], ["upgrade"], ["rebuild", "--from-git", str(kept)]):
        told = CliRunner().invoke(main, ["--data", str(kept), *command])
        assert told.exit_code == (Exit.REFUSED if command == ["doctor"] else Exit.UNABLE)
        said = told.output.replace("\n", " ")
        assert data_folder.noted_database(kept) in said
        assert "DOCCTL_DATABASE_URL" in said
        assert "docctl restore" not in said
    assert sorted(path.name for path in kept.iterdir()) == before


def test_a_database_that_moved_is_found_again_by_its_new_address(kept: Path) -> None:
    noted = data_folder.noted_database(kept)
    (kept / data_folder.DATABASE).write_text("postgresql://docctl@elsewhere.example/docctl\n")
    open_library(kept, Clock()).engine.dispose()
    assert data_folder.noted_database(kept) == noted


def test_a_database_that_is_given_up_is_rebuilt_elsewhere_once_the_note_is_taken_away(
    kept: Path, tmp_path: Path
) -> None:
    control = open_library(kept, Clock())
    catch_up(control, issuing=False)
    control.engine.dispose()
    data = tmp_path / "data"
    shutil.copytree(kept, data)
    with pytest.raises(LibraryMismatchError, match="If that database is lost for good"):
        rebuild(data, _at_home(data), kept / "library.git", clock=Clock())
    (data / data_folder.DATABASE).unlink()
    rebuild(data, _at_home(data), kept / "library.git", clock=Clock()).control.engine.dispose()
    assert data_folder.noted_database(data) == "docctl.db"


@pytest.mark.only_sqlite
def test_a_library_in_its_own_file_names_it_where_an_empty_database_is_set(
    control: DocumentControl, tmp_path: Path
) -> None:
    data = control.data
    open_library(data, Clock()).engine.dispose()
    with pytest.raises(LibraryMismatchError, match=r"its own file docctl\.db.*leave that setting out"):
        DocumentControl.open(data, f"sqlite:///{tmp_path}/other.db")
    assert not (tmp_path / "other.db").exists()
    moved = tmp_path / "moved"
    shutil.copytree(data, moved)
    DocumentControl.open(moved, _at_home(moved)).engine.dispose()
    (moved / "docctl.db").unlink()
    with pytest.raises(DatabaseUnreachableError, match="lost its database"):
        DocumentControl.open(moved, _at_home(moved))


@pytest.mark.only_sqlite
def test_the_tables_of_another_library_are_told_as_that(control: DocumentControl, tmp_path: Path) -> None:
    other = found_library(tmp_path / "other")
    catch_up(control, issuing=False)
    with pytest.raises(LibraryMismatchError, match="belongs to another library"):
        DocumentControl.open(control.data, _at_home(other.data))
    assert data_folder.noted_database(control.data) in ("", "docctl.db")
    other.engine.dispose()


def test_a_database_that_lacks_letters_is_refused_before_anything_is_made(encoded: tuple[Path, str]) -> None:
    data, encoding = encoded
    if encoding == "UTF8":
        DocumentControl.found(data, address_of(data)).engine.dispose()
        return
    with pytest.raises(InvalidInputError, match=rf"keeps its texts in {encoding}.*UTF-8"):
        DocumentControl.found(data, address_of(data))
    assert not data.exists()
