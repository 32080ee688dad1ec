"""The exit of every command: one table for scripts, timers and the manual; each row of it happens."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import IO

import pytest
from click.testing import CliRunner

from docctl.cli import main
from docctl.domain.operations.exits import OF_REFUSALS, Exit
from docctl.domain.trail.outcome import Outcome
from docctl.recovery import backing_up
from docctl.recovery.backing_up import back_up
from docctl.server.serving import alone
from tests.checks.faults import crew
from tests.factories.library import HOME, Office

pytestmark = pytest.mark.only_sqlite
# Options that do not fit together, or of which one is lacking.
UNFIT = (
    ["repair", "--adopt-git", "--fetch", "mirror"],
    ["repair", "--fetch", ""],
    ["import", ".", "--effective", "2026-01-31"],
    ["import", ".", "--evidence", "minutes"],
    ["adopt", ".", "--branch", "main"],
    ["adopt", ".", "--git", "--register", "register.csv"],
    ["issue", "POL-001"],
    ["let-stand", "POL-001", "--reason", "It is only a colour"],
    ["let-stand", "POL-001", "1234", "--json"],
    ["template", "adopt", "template.docx"],
    ["template", "adopt", "template.docx", "--title", "Policy", "--number", "TPL-001"],
    ["verify", "--sample", "3"],
    ["rotate-key", "--as", "carla"],
    ["disable", "rob", "--successor", "ann", "--left-open", "Later"],
    ["ask-second-factor"],
    ["set-retention", "policy", "--basis", "Law"],
    ["export", "coverage"],
)


def _ran(office: Office, *command: object) -> tuple[int, str]:
    """The exit of a command, and what it says of why it was not done; a traceback is what nothing may lead to."""
    done = CliRunner().invoke(main, ["--data", str(office.control.data), *map(str, command)], input="")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stderr


def _schema(office: Office, name: str) -> None:
    with closing(sqlite3.connect(office.control.data / "docctl.db", isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (name,))


def test_the_manual_has_the_one_table_of_exits() -> None:
    chapter = (HOME / "docs" / "operating.md").read_text().partition("### Exits")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", chapter, re.M)
    assert rows == [(str(int(each)), each.meaning) for each in Exit]


def test_verify_says_the_same_in_the_words_of_a_check() -> None:
    assert {int(each) for each in Outcome} <= {int(each) for each in Exit}


def test_no_kind_of_refusal_stands_behind_one_that_takes_it_in() -> None:
    kinds = [kind for kind, _ in OF_REFUSALS]
    assert [kind for at, kind in enumerate(kinds) if issubclass(kind, tuple(kinds[:at]))] == []


def test_0_is_done(office: Office, tmp_path: Path) -> None:
    for command in (
        ["search", "nothing"],
        ["backup", tmp_path / "backup"],
        ["drill", tmp_path / "backup"],
        ["upgrade"],
    ):
        assert _ran(office, *command) == (Exit.DONE, ""), command


def test_1_is_refused_or_something_to_look_at(office: Office, tmp_path: Path) -> None:
    made = back_up(office.control, tmp_path / "backup").folder
    empty = tmp_path / "empty"
    empty.mkdir()
    for command, why in (
        (["link", "nobody"], "nobody"),
        (["text", "POL-999"], "POL-999"),
        (["init"], "already is a library"),
        (["backup", made], "not there yet"),
        (["drill", empty], "no whole backup"),
        (["restore", made, "--keys", empty], "ledger_key"),
        (["rebuild", "--from-git", empty, "--data", tmp_path / "new", "--keys", office.control.data / "keys"], "clone"),
    ):
        code, said = _ran(office, *command)
        assert (code, why in said) == (Exit.REFUSED, True), (command, said)
    (office.control.data / "secret_key").chmod(0o644)
    assert _ran(office, "doctor")[0] == Exit.REFUSED


def _damage_backup(office: Office, folder: Path) -> list[object]:
    made = back_up(office.control, folder).folder
    (made / "library.bundle").write_bytes(b"")
    return ["drill", made]


def _lose_bytes(office: Office, folder: Path) -> list[object]:
    commit = office.revision(office.write()).current.commit
    (office.control.library.folder / "objects" / commit[:2] / commit[2:]).unlink()
    return ["backup", folder]


def _damage_database(office: Office, _: Path) -> list[object]:
    (office.control.data / "docctl.db").write_bytes(b"no database " * 999)
    return ["publish-due"]


def _lose_git(office: Office, _: Path) -> list[object]:
    shutil.rmtree(office.control.library.folder)
    return ["publish-due"]


@pytest.mark.parametrize("harm", [_damage_backup, _lose_bytes, _damage_database, _lose_git])
def test_2_is_changed_or_lost(office: Office, tmp_path: Path, harm: Callable[[Office, Path], list[object]]) -> None:
    code, said = _ran(office, *harm(office, tmp_path / "backup"))
    assert code == Exit.CHANGED, said


def test_3_is_not_possible_now(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _ran(office, "publish-due", "--data", tmp_path / "nothing")[0] == Exit.UNABLE
    assert _ran(office, "checkpoint", "--to", "/proc/nowhere")[0] == Exit.UNABLE
    with alone(office.control.data):
        assert _ran(office, "upgrade")[0] == Exit.UNABLE
        assert _ran(office, "serve")[0] == Exit.UNABLE
    for schema in ("0012", "9999"):
        _schema(office, schema)
        assert _ran(office, "publish-due")[0] == Exit.UNABLE
    monkeypatch.setenv("DOCCTL_DATABASE_URL", f"sqlite:///{tmp_path}/other.db")
    assert _ran(office, "publish-due")[0] == Exit.UNABLE
    assert not (tmp_path / "other.db").exists()


def test_64_is_wrong_usage_or_settings(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("register.csv", "template.docx"):
        (tmp_path / name).touch()
    for command in (["nonsense"], ["drill"], ["backup", "somewhere", "--keep", "0"], ["repair", "--nonsense"]):
        assert _ran(office, *command)[0] == Exit.MISUSED, command
    for unfit in UNFIT:
        code, said = _ran(office, *unfit)
        assert (code, "Error: " in said) == (Exit.MISUSED, True), unfit
    for name, value in (("WORKERS", "0"), ("WORKRES", "2"), ("BASE_URL", "docs.riverton.example")):
        with monkeypatch.context() as patch:
            patch.setenv(f"DOCCTL_{name}", value)
            code, said = _ran(office, "verify")
            assert (code, said.count("\n"), f"DOCCTL_{name}" in said) == (Exit.MISUSED, 1, True)


def _stop_amid(number: int, arguments: list[str]) -> None:
    def stop(name: str) -> None:
        if name == "backup copied":
            os.kill(os.getpid(), number)

    vars(backing_up)["crash_point"] = stop
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background has it ignored
    main(arguments, prog_name="docctl")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, Exit.INTERRUPTED), (signal.SIGTERM, Exit.ENDED)])
def test_130_and_143_are_told_to_stop(office: Office, tmp_path: Path, number: int, code: Exit) -> None:
    command = ["--data", str(office.control.data), "backup", str(tmp_path / "backup")]
    assert crew.run(_stop_amid, number, command) == code
    assert not list(tmp_path.glob("backup*"))


SCRIPT = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]["scripts"]["docctl"]
STARTS = {
    "script": ["-c", "from {} import {} as run; run()".format(*SCRIPT.split(":"))],
    "docctl": ["-m", "docctl"],
    "cli": ["-m", "docctl.cli"],
}


def _begun(start: str, *arguments: str | Path, heard: bool = True) -> subprocess.Popen[str]:
    """Begin a command that names each module which it has loaded; Ctrl-C is heard, or ignored as in the background."""
    how = signal.SIG_DFL if heard else signal.SIG_IGN
    command = [sys.executable, "-X", "importtime", *STARTS[start], *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=HOME, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, how),
    )  # fmt: skip


def _read_up_to(stream: IO[str], words: str) -> None:
    told = ""
    while not told.endswith(words):
        letter = stream.read(1)
        assert letter, told
        told += letter


@pytest.mark.parametrize(
    "module", ["logging", "click", "sqlalchemy.orm", "docctl.domain.errors", "docctl.commands.acting"]
)
@pytest.mark.parametrize("start", STARTS)
def test_130_is_told_while_it_is_still_loading(start: str, module: str, tmp_path: Path) -> None:
    process = _begun(start, "--data", tmp_path / "none", "verify")
    assert process.stderr is not None
    _read_up_to(process.stderr, f" {module}\n")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    others = [line for line in said.splitlines() if not line.startswith("import time:")]
    assert (process.returncode, others) == (Exit.INTERRUPTED, ["docctl: It was interrupted."])


def test_what_runs_in_the_background_is_not_interrupted(tmp_path: Path) -> None:
    process = _begun("cli", "--data", tmp_path / "none", "search", "zebra", heard=False)
    assert process.stderr is not None
    _read_up_to(process.stderr, " click\n")
    process.send_signal(signal.SIGINT)
    assert "There is no library in" in process.communicate(timeout=120)[1]
    assert process.returncode == Exit.UNABLE


def test_130_is_told_where_something_was_asked_for(office: Office) -> None:
    process = _begun("cli", "--data", office.control.data, "rotate-key", "--lost")
    assert process.stderr is not None
    _read_up_to(process.stderr, "Login name of the administrator")
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=120)[1]
    assert (process.returncode, "It was interrupted." in said, "Traceback" in said) == (Exit.INTERRUPTED, True, False)
