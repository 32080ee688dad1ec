"""Publishing goes on without index, converter, mail server and a database that restarts; the rest catches up (F12)."""

import os
import shutil
import stat
from pathlib import Path

import pytest
from sqlalchemy import select, text

from docctl.adapters.conversion import pandoc
from docctl.document_control import DocumentControl
from docctl.domain.audit_trail import Act, Event
from docctl.domain.errors import DatabaseUnreachableError
from docctl.domain.lifecycle import State
from docctl.domain.notice import Notice
from docctl.domain.user import User
from docctl.followers import notices
from docctl.followers.catching_up import catch_up
from docctl.registers.search import find
from tests.factories.library import Clock, Office
from tests.factories.post_office import PostOffice
from tests.faults import crew

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
    with control.remembering() as session:
        for user in session.scalars(select(User)):
            user.email = f"{user.login}@town.example"
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
