"""The virus scanner: what its command answers, and that no answer refuses the file."""

import logging
import os
import stat
from pathlib import Path

import pytest

from docctl.adapters.virus_scanner import VirusScanner
from docctl.domain.errors import InfectedUploadError, InvalidInputError, UnscannedUploadError

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def scanner(folder: Path, script: str, seconds: int = 30) -> VirusScanner:
    """A scanner that is a script of the test's own."""
    program = folder / "scan"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(stat.S_IRWXU)
    made = VirusScanner.from_setting(str(program), seconds)
    assert made is not None
    return made


def test_what_the_scanner_finds_clean_comes_in(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    seen = tmp_path / "seen"
    with caplog.at_level(logging.WARNING, "docctl.security"):
        scanner(tmp_path, f'cp "$1" {seen}; grep -q EICAR "$1" && exit 1; exit 0').require_clean(b"harmless")
    assert (seen.read_bytes(), caplog.records) == (b"harmless", [])


@pytest.mark.parametrize("script", ['grep -q EICAR "$1" && exit 1; exit 0', "grep -q EICAR && exit 1; exit 0"])
def test_what_is_infected_is_refused_by_its_path_and_by_its_input(
    tmp_path: Path, script: str, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.WARNING, "docctl.security"),
        pytest.raises(InfectedUploadError, match="found something"),
    ):
        scanner(tmp_path, script).require_clean(EICAR)
    assert [record.event for record in caplog.records] == ["upload_infected"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "script", ["exit 2", "exit 127", "kill -9 $$", "sleep 60 & exec sleep 60", "exec /no/such/program"]
)
def test_without_an_answer_the_file_is_refused(tmp_path: Path, script: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(UnscannedUploadError, match="could not be checked"):
        scanner(tmp_path, script, seconds=1).require_clean(b"harmless")
    assert [record.event for record in caplog.records] == ["upload_not_scanned"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", ["/no/such/scanner", "/etc/passwd", "/"])
def test_a_scanner_that_is_not_there_refuses_everything(command: str) -> None:
    made = VirusScanner.from_setting(command, 5)
    assert made is not None
    with pytest.raises(UnscannedUploadError):
        made.require_clean(b"harmless")


def test_the_scanner_sees_no_secret_of_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCCTL_MAIL_PASSWORD", "canary")
    seen = tmp_path / "seen"
    scanner(tmp_path, f"env > {seen}").require_clean(b"harmless")
    names = {line.partition("=")[0] for line in seen.read_text().splitlines()}
    assert "canary" not in seen.read_text()
    assert names <= {"PATH", "HOME", "LANG", "TMPDIR", "SCAN_SECONDS", "PWD", "SHLVL", "_", "OLDPWD"}


def test_nothing_of_the_file_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "room"))
    os.mkdir(tmp_path / "room")
    scanner(tmp_path, 'cp "$1" "$1.copy"').require_clean(b"harmless")
    assert not list((tmp_path / "room").iterdir())


def test_the_place_of_the_file_may_be_named() -> None:
    assert VirusScanner.from_setting("clamdscan --fdpass {} -v", 9) == VirusScanner(
        ("clamdscan", "--fdpass", "{}", "-v"), 9
    )
    assert VirusScanner.from_setting("clamdscan", 9) == VirusScanner(("clamdscan", "{}"), 9)
    assert VirusScanner.from_setting("  ", 9) is None
    with pytest.raises(InvalidInputError):
        VirusScanner.from_setting("scan 'it", 9)
