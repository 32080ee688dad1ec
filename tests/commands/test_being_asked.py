"""What commands ask for, what they answer who is not the right person, and what they say where they were ended."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from docctl import document_control
from docctl.cli import main
from docctl.domain.operations.accepted_losses import LOSSES_NOTE, losses_as_text
from docctl.domain.operations.exits import Exit
from docctl.domain.trail.audit_trail import Act, Event
from docctl.followers import git_refs
from docctl.registers.integrity.verifying import verify
from tests.checks.faults import crew
from tests.factories.library import HOME, Office
from tests.factories.losses import issued_file, lose, two_documents

pytestmark = pytest.mark.only_sqlite
STAYS = "What it had recorded before stays; look at the audit trail before you repeat it."
MODULES = {"decision": document_control, "references": git_refs}
UNKNOWN = "0" * 64


def _ran(office: Office, *command: str, given: str = "") -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["--data", str(office.control.data), *command], input=given)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def test_where_nothing_is_lost_accept_loss_says_so(office: Office) -> None:
    code, said, _ = _ran(office, "accept-loss")
    assert (code, said) == (
        Exit.DONE,
        "The last check found nothing that is lost and can be accepted; “docctl verify” looks again.\n",
    )
    assert _ran(office, "accept-loss", "--json")[1] == "[]\n"
    code, _, said = _ran(office, "accept-loss", "--reason", "The disk is broken")
    assert (code, "--reason says why a LOSS is accepted" in said) == (Exit.MISUSED, True)


def test_who_may_not_accept_a_loss_or_names_none_is_told_before_a_password_is_asked_for(office: Office) -> None:
    two_documents(office)
    lose(office, issued_file)
    [loss] = [each.loss for each in verify(office.control, every_object=True).findings if each.loss is not None]
    (office.control.data / LOSSES_NOTE).write_text(losses_as_text([loss], office.control.data))
    identity = loss.identity
    for login, name in (("eve", identity), ("alice", identity), ("admin", UNKNOWN)):
        code, said, refused = _ran(office, "accept-loss", name, "--reason", "The disk is broken", "--as", login)
        assert (code, said, refused.count("\n"), "Password" in refused) == (Exit.REFUSED, "", 1, False), login
    code, _, refused = _ran(office, "accept-loss", identity, "--reason", "The disk is broken", "--as", "admin")
    assert (code, "Password" in refused, "It was not answered" in refused) == (Exit.REFUSED, True, True)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("a wrong password\n", "Login name or password are wrong, so the key was not replaced."),
        ("", "It was not answered, so nothing was done; answer on a terminal, or line by line on standard input."),
    ],
)
def test_without_a_terminal_a_password_is_a_line_of_the_input(office: Office, given: str, said: str) -> None:
    command = [sys.executable, "-m", "docctl", "--data", str(office.control.data), "rotate-key", "--lost"]
    done = subprocess.run(
        [*command, "--as", "admin"], cwd=HOME, input=given, capture_output=True, text=True, start_new_session=True
    )
    assert (done.returncode, done.stdout) == (Exit.REFUSED, "")
    assert done.stderr == f"Password: \ndocctl: {said}\n"


@pytest.mark.parametrize("command", ["verify", "doctor", "maintenance end", "sessions"])
def test_a_file_is_no_data_folder(tmp_path: Path, command: str) -> None:
    file = tmp_path / "passwd"
    file.write_text("root:x:0:0\n")
    done = CliRunner().invoke(main, ["--data", str(file), *command.split()])
    assert f"{file} is no folder, so no library is in it" in done.output
    assert done.exit_code == (1 if command == "doctor" else Exit.UNABLE)


def _told_to_end(module: str, point: str, number: int, arguments: list[str]) -> None:
    def tell(name: str) -> None:
        if name == point:
            os.kill(os.getpid(), number)

    vars(MODULES[module])["crash_point"] = tell
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with open(arguments.pop(), "w", buffering=1) as said:
        os.dup2(said.fileno(), 2)
        main(arguments, prog_name="docctl")


def _acts(office: Office) -> list[str]:
    with office.control.reading() as session:
        return [event.act for event in session.query(Event).order_by(Event.seq.desc()).limit(1)]


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        (signal.SIGTERM, Exit.ENDED, "docctl: It was told to end."),
        (signal.SIGINT, Exit.INTERRUPTED, "docctl: It was interrupted."),
    ],
)
def test_who_is_told_to_end_once_something_was_recorded_says_that_it_stays(
    office: Office, tmp_path: Path, number: int, code: Exit, said: str
) -> None:
    heard, command = tmp_path / "heard", ["--data", str(office.control.data), "link", "eve"]
    assert crew.run(_told_to_end, "decision", "committed", number, [*command, str(heard)]) == code
    assert heard.read_text() == f"{said} {STAYS}\n"
    assert _acts(office) == [Act.USER_LINK_ISSUED]
    assert crew.run(_told_to_end, "decision", "write lock taken", number, [*command, str(heard)]) == code
    assert "recorded" not in heard.read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_who_is_told_to_end_while_references_follow_has_done_what_was_asked(
    office: Office, tmp_path: Path, number: int
) -> None:
    heard, command = tmp_path / "heard", ["--data", str(office.control.data), "link", "eve"]
    assert crew.run(_told_to_end, "references", "references followed", number, [*command, str(heard)]) == Exit.DONE
    assert heard.read_text() == ""
    assert _acts(office) == [Act.USER_LINK_ISSUED]
    assert _ran(office, "repair")[0] == Exit.DONE
