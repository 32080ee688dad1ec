"""A nearly full or failing disk: writing is refused in a sentence, reading goes on, nothing is half done (F4)."""

import errno
import os
import resource
import sqlite3
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from docctl.adapters import database
from docctl.adapters.git_library import repository
from docctl.app import create_app
from docctl.domain.errors import DatabaseUnreachableError, DiskFullError, StorageFailedError
from docctl.followers.catching_up import catch_up
from docctl.followers.watermark import head_seq
from tests.checks.faults import crew
from tests.factories.library import PASSWORD, Office

TERABYTES = 1 << 22


def _events(office: Office) -> int:
    with office.control.reading() as session:
        return head_seq(session)


@pytest.fixture
def browser(office: Office) -> FlaskClient:
    """Alice's browser."""
    app = create_app(office.control, {"TESTING": True, "WTF_CSRF_ENABLED": False})
    client = app.test_client()
    assert client.post("/sign-in", data={"login": "alice", "password": PASSWORD}).status_code == 303
    return client


def test_on_a_nearly_full_disk_people_sign_in_and_read_but_nothing_is_recorded(
    office: Office, browser: FlaskClient
) -> None:
    office.publish("POL-001")
    catch_up(office.control)
    office.control.disk.floor_mb = TERABYTES
    before = _events(office)
    answer = browser.post("/documents/POL-001/revise", data={"reason": "Yearly review"})
    assert answer.status_code == 507
    assert "nearly full" in answer.text
    assert _events(office) == before
    assert browser.get("/documents/POL-001").status_code == 200
    assert browser.post("/sign-out").status_code == 303
    assert browser.post("/sign-in", data={"login": "alice", "password": PASSWORD}).status_code == 303
    assert browser.get("/").status_code == 200
    with pytest.raises(DiskFullError):
        office.write("POL-002")
    office.control.disk.floor_mb = 0
    assert browser.post("/documents/POL-001/revise", data={"reason": "Yearly review"}).status_code == 303
    catch_up(office.control, issuing=False)
    assert crew.faults(office.control) == []


def test_only_references_follow_while_the_disk_is_nearly_full(office: Office) -> None:
    revision = office.publish("POL-001")
    office.control.disk.floor_mb = TERABYTES
    assert catch_up(office.control) > 0
    assert "refs/heads/documents/POL-001" in office.control.library.refs()
    assert office.revision(revision).issued_commit == ""
    office.control.disk.floor_mb = 0
    catch_up(office.control)
    assert office.revision(revision).issued_commit
    assert crew.faults(office.control) == []


def _write_with_room_for(data: Path, octets: int, answers: Path) -> None:
    """Write documents while no file may grow beyond a size, as on a disk that fills up."""
    crew.quick_issue()
    office = crew.office_at(data)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, resource.RLIM_INFINITY))
    refused = 0
    for at in range(3):
        try:
            office.write(f"POL-{at:03}", text=f"# Text {at}\n\n" + " ".join(os.urandom(9000).hex() for _ in range(6)))
        except (DiskFullError, DatabaseUnreachableError) as refusal:
            refused += 1
            crew.acknowledge(answers, type(refusal).__name__)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    office.write("POL-100")
    os._exit(10 + refused)


@pytest.mark.parametrize("octets", [512, 4096, 40_000, 200_000])
def test_where_no_file_may_grow_every_write_is_refused_and_the_next_one_with_room_succeeds(
    office: Office, tmp_path: Path, octets: int
) -> None:
    before = _events(office)
    office.control.engine.dispose()
    assert crew.run(_write_with_room_for, office.control.data, octets, tmp_path / "answers") == 13
    assert set(crew.acknowledged(tmp_path / "answers")) <= {"DiskFullError", "DatabaseUnreachableError"}
    again = crew.recover(office.control.data)
    assert _events(again) == before + 3, "one document was created, its revision opened and its draft saved"
    assert crew.faults(again.control) == []


def test_a_failed_sync_ends_recording_in_this_process_and_a_new_start_goes_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    before = _events(office)
    with monkeypatch.context() as patched:
        patched.setattr(repository.os, "fsync", failing)
        with pytest.raises(StorageFailedError):
            office.write("POL-001")
    with pytest.raises(StorageFailedError, match="start docctl again"):
        office.write("POL-001")
    assert _events(office) == before, "reading goes on"
    office.control.engine.dispose()
    again = crew.recover(office.control.data)
    again.write("POL-001")
    catch_up(again.control, issuing=False)
    assert crew.faults(again.control) == []


@pytest.mark.parametrize(("name", "kind"), [("SQLITE_IOERR_FSYNC", StorageFailedError), ("SQLITE_FULL", DiskFullError)])
def test_a_database_in_trouble_with_its_disk_says_so_and_loses_its_connection(
    office: Office, name: str, kind: type[Exception]
) -> None:
    said = sqlite3.OperationalError("disk I/O error")
    said.sqlite_errorname = name  # type: ignore[misc]
    pool = office.control.engine.pool

    def commit() -> None:
        with database.answering(office.control.engine):
            raise OperationalError("COMMIT", None, said)

    with pytest.raises(kind):
        commit()
    assert (office.control.engine.pool is not pool) is (kind is StorageFailedError)
