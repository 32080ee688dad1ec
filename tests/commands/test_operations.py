"""``docctl doctor``: each thing that is amiss is named with what to do, in text and as JSON."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from docctl import tools
from docctl.cli import main
from docctl.domain.operations import health
from docctl.domain.operations.health import FAULT, OK, WARNING
from tests.factories.library import Office
from tests.factories.post_office import PostOffice

pytestmark = pytest.mark.only_sqlite


def _states(data: Path) -> tuple[int, dict[str, str]]:
    answer = CliRunner().invoke(main, ["--data", str(data), "doctor", "--json"])
    told = json.loads(answer.stdout)
    return answer.exit_code, {check["name"]: check["state"] for check in told["checks"]}


@pytest.fixture
def data(office: Office, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of a library that is well."""
    monkeypatch.setenv("DOCCTL_DISK_FLOOR_MB", "0")
    monkeypatch.setenv("DOCCTL_DISK_FLOOR_PERCENT", "0")
    return office.control.data


def test_a_library_that_is_well_has_no_fault(data: Path) -> None:
    code, states = _states(data)
    assert (code, [name for name, state in states.items() if state == FAULT]) == (0, [])
    answer = CliRunner().invoke(main, ["--data", str(data), "doctor"])
    assert "Run “docctl backup DIR --keep 14” every day." in answer.output


def test_what_others_may_change_is_a_fault(data: Path) -> None:
    (data / "templates" / "policy.docx").chmod(0o666)
    assert _states(data) == (1, _states(data)[1] | {"files": FAULT})


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("secret_key", lambda data: (data / "secret_key").write_text("changeme" * 8)),
        ("secret_key", lambda data: (data / "secret_key").chmod(0o644)),
        ("ledger_key", lambda data: (data / "keys" / "ledger_key").chmod(0o640)),
        ("ledger_key", lambda data: (data / "keys" / "ledger_key").unlink()),
        ("ledger_key.former", lambda data: (data / "keys" / "ledger_key.former").touch(0o644)),
        ("trust", lambda data: (data / "keys" / "ledger_key").unlink()),
        ("git hooks", lambda data: _plant_hook(data)),
        ("git settings", lambda data: _git_config(data, "core.fsmonitor", "/tmp/run-me")),
        ("git settings", lambda data: _git_config(data, "filter.x.smudge", "run-me")),
    ],
)
def test_what_was_spoilt_is_named(data: Path, name: str, spoil: object) -> None:
    assert callable(spoil)
    spoil(data)
    code, states = _states(data)
    assert (code, states[name]) == (1, FAULT)


def _plant_hook(data: Path) -> None:
    (data / "library.git" / "hooks").mkdir(exist_ok=True)
    (data / "library.git" / "hooks" / "post-receive").write_text("#!/bin/sh\n")


def _git_config(data: Path, name: str, value: str) -> None:
    subprocess.run(["git", "-C", str(data / "library.git"), "config", name, value], check=True)


def test_a_disk_without_room_a_debugger_and_a_mail_server_that_is_away_are_faults(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = PostOffice().open()
    monkeypatch.setenv("DOCCTL_MAIL_SERVER", f"127.0.0.1:{server.port}")
    monkeypatch.setenv("DOCCTL_MAIL_FROM", "docs@riverton.example")
    assert _states(data)[1]["mail"] == OK
    server.close()
    monkeypatch.setenv("FLASK_DEBUG", "1")
    monkeypatch.setenv("DOCCTL_DISK_FLOOR_PERCENT", "100")
    states = _states(data)[1]
    assert (states["mail"], states["environment"], states["disk"]) == (FAULT, FAULT, FAULT)


@pytest.mark.parametrize(
    ("version", "state"), [("", FAULT), ("2.35.9", FAULT), ("2.36.0", OK), ("2.39.5", OK), ("2.4", FAULT), ("3", OK)]
)
def test_a_version_is_compared_by_its_numbers(version: str, state: str) -> None:
    assert health.check_version("git", version).state == state


@pytest.mark.parametrize(
    ("version", "journal", "state"),
    [
        ("3.40.1", "delete", OK), ("3.40.1", "wal", FAULT), ("3.44.6", "wal", OK), ("3.50.6", "wal", FAULT),
        ("3.50.7", "WAL", OK), ("3.51.2", "wal", FAULT), ("3.51.3", "wal", OK),
    ],
)  # fmt: skip
def test_wal_needs_a_fixed_sqlite(version: str, journal: str, state: str) -> None:
    assert health.check_sqlite(version, journal).state == state


@pytest.mark.parametrize(("version", "state"), [("", OK), ("7.4.7.2", WARNING), ("25.8.7", OK), ("25.8.6.1", WARNING)])
def test_libreoffice_below_its_floor_is_only_for_the_sandbox(version: str, state: str) -> None:
    check = health.check_libreoffice(version, sandboxed=True)
    assert check.state == state
    assert ("compulsory" in check.sentence) is (state == WARNING)
    without = health.check_libreoffice(version, sandboxed=False)
    assert ("not used" in without.sentence) is (state == WARNING)


def test_the_storage_report_names_every_kind_and_what_may_go(data: Path) -> None:
    (data / "staging" / "imports" / "old").mkdir(parents=True)
    (data / "staging" / "imports" / "old" / "0.json").write_text("{}")
    (data / "notes.txt").write_text("mine")
    rows = json.loads(CliRunner().invoke(main, ["--data", str(data), "storage", "report", "--json"]).stdout)
    assert {
        "library, packed",
        "library, loose",
        "library, references",
        "database",
        "keys",
        "templates",
        "uploads not confirmed",
        "other",
    } <= {row["kind"] for row in rows}
    assert sum(row["files"] for row in rows) == sum(path.is_file() for path in data.rglob("*"))
    assert all(row["advice"] for row in rows)
    assert "uploads not confirmed" in CliRunner().invoke(main, ["--data", str(data), "storage", "report"]).output


def test_the_library_is_packed_and_what_nothing_led_to_is_named(data: Path, office: Office) -> None:
    office.write("POL-001")
    left_over = tools.git_library.blob(b"left by what was killed")
    office.control.library.write([left_over])
    path = data / "library.git" / "objects" / left_over.id[:2] / left_over.id[2:]
    os.utime(path, (0, 0))
    answer = CliRunner().invoke(main, ["--data", str(data), "storage", "pack"])
    assert (answer.exit_code, f"nothing led to it: {left_over.id}" in answer.output) == (0, True), answer.output
    rows = json.loads(CliRunner().invoke(main, ["--data", str(data), "storage", "report", "--json"]).stdout)
    by_kind = {row["kind"]: row for row in rows}
    assert (by_kind["library, loose"]["files"], "1 objects" in by_kind["library, loose"]["advice"]) == (0, True)
    assert "objects in 2 packs; last packed" in by_kind["library, packed"]["advice"]
    assert _states(data)[1]["packing"] == OK
    assert CliRunner().invoke(main, ["--data", str(data), "verify"]).exit_code in (0, 1)


def test_what_was_left_behind_is_cleared_by_its_age(data: Path, tmp_path: Path) -> None:
    batch = data / "staging" / "imports" / "old"
    batch.mkdir(parents=True)
    (batch / "0.json").write_text("{}")
    assert CliRunner().invoke(main, ["--data", str(data), "storage", "clear"]).output.startswith("0 files")
    for path in (batch / "0.json", batch):
        os.utime(path, (0, 0))
    assert CliRunner().invoke(main, ["--data", str(data), "storage", "clear"]).output.startswith("1 files")
    assert not batch.exists()
    assert CliRunner().invoke(main, ["--data", str(tmp_path / "nowhere"), "storage", "clear"]).exit_code == 3
