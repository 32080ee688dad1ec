"""The scripts of the pages pass the linter of make lint, and the linter finds what it is there for."""

import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
SCRIPTS = HOME / "docctl" / "web" / "static"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Look through the scripts of a folder by the rules of the house."""
    linter = Path(sys.executable).with_name("oxlint")
    rules = ["--config", HOME / "tests" / "checks" / "oxlint.json", "--ignore-pattern", "docctl/web/static/vendor/**"]
    return subprocess.run([linter, *rules, folder], cwd=HOME, capture_output=True, text=True, check=False)


def test_scripts_of_the_pages_are_clean() -> None:
    said = lint(SCRIPTS)
    assert said.returncode == 0, said.stdout + said.stderr
    assert f"on {len([*SCRIPTS.glob('*.js'), *SCRIPTS.glob('editor/*.js')])} files" in said.stdout


@pytest.mark.parametrize(
    ("script", "rule"),
    [
        ("document.title = titel;", "no-undef"),
        ("function ask() {\n  const answer = 1;\n}\nask();", "no-unused-vars"),
        ("if (document.title == 1) window.close();", "eqeqeq"),
        ("document.title = ;", "Unexpected token"),
    ],
)
def test_faults_in_a_script_are_found(tmp_path: Path, script: str, rule: str) -> None:
    (tmp_path / "faulty.js").write_text(script)
    said = lint(tmp_path)
    assert said.returncode == 1
    assert rule in said.stdout
