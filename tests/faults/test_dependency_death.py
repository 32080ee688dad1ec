"""Publishing goes on without index, converter, mail server, mirror and a database that restarts; all catch up (F12)."""

import os
import shutil
import sqlite3
import stat
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from docctl.actions.sign_in import signing_in
from docctl.adapters.conversion import pandoc
from docctl.adapters.git_library import missing
from docctl.adapters.git_library.exchange import mirror
from docctl.app import create_app
from docctl.document_control import DocumentControl
from docctl.domain.documents.lifecycle import State
from docctl.domain.errors import DatabaseUnreachableError, DocctlError
from docctl.domain.notices.notice import Notice
from docctl.domain.operations.health import FAULT, OK, WARNING, Check
from docctl.domain.trail.audit_trail import Act, Event
from docctl.followers import notices
from docctl.followers.catching_up import catch_up
from docctl.followers.checkpoints import Witnesses
from docctl.followers.checkpoints import follow as carry
from docctl.registers.operations import operations
from docctl.registers.search.search import find
from tests.checks.faults import crew
from tests.factories.library import PASSWORD, Clock, Office
from tests.factories.post_office import PostOffice, reach_by_mail
from tests.factories.stranger import check_clone

pytestmark = pytest.mark.both_databases
DYING_ONCE = """#!/bin/sh
if [ ! -e {marker} ]; then : > {marker}; {death}; fi
exec {program} "$@"
"""


def _acts(control: DocumentControl, revision_id: int) -> list[str]:
    with control.reading() as session:
        return list(session.scalars(select(Event.act).where(Event.revision_id == revision_id).order_by(Event.seq)))


def test_without_index_and_mail_server_publishing_goes_on_and_both_catch_up(office: Office, clock: Clock) -> None:
    control, server = office.control, PostOffice().open()
    control.mail_server, port = server.as_setting(), server.port
    reach_by_mail(control)
    office.publish("POL-001", text="# Purpose\n\nWe weigh zebras.\n")
    catch_up(control, issuing=False)
    server.close()
    shutil.rmtree(control.data / "index")
    revision = office.publish("POL-002", text="# Purpose\n\nWe weigh giraffes.\n")
    assert office.revision(revision).state == State.IN_FORCE
    assert notices.follow(control) == 0
    catch_up(control, issuing=False)
    for word in ("zebras", "giraffes"):
        assert len(find(control, office.person("eve"), word).hits) == 1
    server.open(port)
    clock.forward(hours=1)
    notices.follow(control)
    with control.reading() as session:
        assert not session.scalars(select(Notice.id).where(Notice.sent_at.is_(None), Notice.due_at.is_not(None))).all()
    server.close()
    assert crew.faults(control) == []


@pytest.mark.parametrize("death", ["kill -9 $$", "sleep 600"], ids=["killed", "hanging"])
def test_a_converter_that_dies_or_hangs_costs_no_issue(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, death: str
) -> None:
    program = tmp_path / "pandoc"
    program.write_text(DYING_ONCE.format(marker=tmp_path / "died", death=death, program=pandoc._PROGRAM))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(pandoc, "_PROGRAM", str(program))
    monkeypatch.setattr(pandoc, "WALL_SECONDS", 3)
    revision = office.publish("POL-001")
    assert office.revision(revision).state == State.IN_FORCE
    catch_up(office.control)
    assert os.path.exists(tmp_path / "died")
    assert Act.ISSUE_FAILED not in _acts(office.control, revision)
    assert Act.REVISION_ISSUED in _acts(office.control, revision)


def _restart(control: DocumentControl) -> None:
    """End every connection, as a database does that restarts."""
    if control.engine.dialect.name == "postgresql":
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        with pytest.raises(DatabaseUnreachableError), control.reading() as session:
            session.execute(text(others))
    else:
        control.engine.dispose()


def test_after_a_restart_of_the_database_the_next_action_succeeds(office: Office) -> None:
    revision = office.write("POL-001")
    _restart(office.control)
    office.carry_through(revision)
    _restart(office.control)
    catch_up(office.control)
    assert office.revision(revision).issued_commit
    assert crew.faults(office.control) == []


def _mirror_check(control: DocumentControl) -> Check | None:
    return next((check for check in operations.check_library(control) if check.name == "mirror"), None)


def test_a_mirror_that_is_away_delays_nothing_and_gets_later_what_it_missed(
    office: Office, clock: Clock, tmp_path: Path
) -> None:
    control, kept = office.control, Witnesses(mirror=str(tmp_path / "mirror.git"))
    assert _mirror_check(control) is None
    for number in ("POL-001", "POL-002"):
        revision = office.publish(number)
        assert office.revision(revision).state == State.IN_FORCE
        catch_up(control, issuing=False)
        assert carry(control, kept) == 0
    clock.forward(hours=3)
    check = _mirror_check(control)
    assert check is not None
    assert (check.state, "lacks what happened since" in check.sentence) == (WARNING, True)
    subprocess.run(
        ["git", "init", "--quiet", "--bare", "--initial-branch=library", tmp_path / "mirror.git"], check=True
    )
    catch_up(control, issuing=False)
    assert carry(control, kept) == 1
    caught_up = _mirror_check(control)
    assert caught_up is not None
    assert caught_up.state == OK
    assert check_clone(tmp_path / "mirror.git", tmp_path)[0] == 0


def test_a_mirror_that_hangs_is_let_go_of(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ssh = tmp_path / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text("#!/bin/sh\nexec sleep 600\n")
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{ssh.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(mirror, "WITHIN_SECONDS", 1)
    office.publish("POL-001")
    catch_up(office.control, issuing=False)
    assert carry(office.control, Witnesses(mirror="ssh://mirror.example/library.git")) == 0
    office.publish("POL-002")
    catch_up(office.control, issuing=False)
    assert crew.faults(office.control) == []


def test_a_mirror_that_denies_is_a_fault_and_no_reason_to_wait(office: Office, tmp_path: Path) -> None:
    control, folder = office.control, tmp_path / "mirror.git"
    subprocess.run(["git", "init", "--quiet", "--bare", folder], check=True)
    subprocess.run(["git", "-C", folder, "config", "receive.denyNonFastForwards", "true"], check=True)
    refused = ["git", "-C", folder, "fetch", "--quiet", control.library.folder, "library:refs/heads/ledger"]
    office.publish("POL-001")
    catch_up(control, issuing=False)
    subprocess.run(refused, check=True)
    assert carry(control, Witnesses(mirror=str(folder))) == 0
    office.publish("POL-002")
    check = _mirror_check(control)
    assert check is not None
    assert (check.state, "denies" in check.sentence) == (FAULT, True)


def test_nobody_signs_in_while_the_repository_is_away_and_everybody_once_it_is_back(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    control, checkout = office.control, tmp_path / "checkout"
    subprocess.run(["git", "init", "--quiet", str(checkout)], check=True)
    monkeypatch.chdir(checkout)
    signing_in.sign_in(control, "eve", PASSWORD)
    folder, away = control.library.folder, control.library.folder.with_suffix(".away")
    with control.reading() as session:
        before = session.scalar(select(func.max(Event.seq)))
    folder.rename(away)
    try:
        with pytest.raises(DocctlError):
            signing_in.sign_in(control, "eve", PASSWORD)
    finally:
        away.rename(folder)
    with control.reading() as session:
        assert session.scalar(select(func.max(Event.seq))) == before
    assert not [path for path in (checkout / ".git" / "objects").rglob("*") if path.is_file()]
    signing_in.sign_in(control, "eve", PASSWORD)
    with control.reading() as session:
        commits = list(session.scalars(select(Event.ledger_commit)))
    assert not missing(control.library, commits)


@pytest.mark.only_sqlite
def test_a_database_that_was_moved_away_is_missed_and_no_empty_one_takes_its_place(office: Office) -> None:
    control = office.control
    path = Path(str(control.engine.url.database))
    away, browser = (
        path.with_name("docctl.db.away"),
        create_app(control, {"TESTING": True, "WTF_CSRF_ENABLED": False}).test_client(),
    )
    assert browser.get("/readyz").status_code == 200
    path.rename(away)
    ready = browser.get("/readyz")
    assert (ready.status_code, ready.get_json()["missing"]) == (503, ["database"])
    page = browser.post("/sign-in", data={"login": "eve", "password": PASSWORD})
    assert page.status_code == 503
    assert "is not at its place" in page.get_data(as_text=True)
    assert not path.exists()
    away.rename(path)
    assert browser.get("/readyz").status_code == 200
    shutil.copy(path, away)
    away.replace(path)
    signing_in.sign_in(control, "eve", PASSWORD)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT act FROM events ORDER BY seq DESC").fetchone() == (Act.USER_SIGNED_IN,)
