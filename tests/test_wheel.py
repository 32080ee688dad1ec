"""The wheel: whole, installed anywhere, and working without the source tree."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from docctl.version import NUMBER, version, version_of_tree
from tests.factories.library import HOME

FOLDERS = ("docs", "migrations", "policies", "templates")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-build-isolation", "--no-deps"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(HOME)], check=True, capture_output=True)
    (made,) = folder.glob("docctl-*.whl")
    return made


def test_it_holds_what_the_program_needs_and_nothing_else_at_the_top(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if not name.endswith("/")}
    assert {name.split("/")[0] for name in held if ".dist-info/" not in name} == {"docctl"}
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "docctl", *FOLDERS]
    kept = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=True).stdout.splitlines()
    expected = {f"docctl/shipped_files/{name}" if name.startswith(FOLDERS) else name for name in kept}
    assert expected <= held
    assert {name for name in held - expected if ".dist-info/" not in name} == set()


def test_it_works_in_an_empty_folder_without_the_source_tree(wheel: Path, tmp_path: Path) -> None:
    site, here = tmp_path / "site", tmp_path / "somewhere else"
    here.mkdir()
    zipfile.ZipFile(wheel).extractall(site)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DOCCTL_")}
    environment |= {"PYTHONPATH": str(site), "PYTHONSAFEPATH": "1"}

    def docctl(*given: str) -> str:
        command = [sys.executable, "-m", "docctl", *given]
        run = subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        return run.stdout

    where = [sys.executable, "-c", "import docctl; print(docctl.__file__)"]
    found = subprocess.run(where, cwd=here, env=environment, capture_output=True, text=True, check=True)
    assert found.stdout.startswith(str(site))
    assert docctl("--data", "library", "init", "--organisation", "Riverton").startswith("The library is in")
    policy = site / "docctl" / "shipped_files" / "policies" / "POL-001-quality-policy.md"
    docctl(
        "--data", "library", "import", str(policy), "--in-force", "--effective", "2026-01-31", "--evidence", "minutes"
    )
    assert "POL-001" in docctl("--data", "library", "search", "quality")
    assert docctl("--data", "library", "verify")
    assert sorted(each.name for each in here.iterdir()) == ["library"]


def test_the_version_names_the_commit(wheel: Path) -> None:
    assert re.fullmatch(rf"{re.escape(NUMBER)}(\+[0-9a-f]{{7,40}}(\.changed)?)?", version())
    assert wheel.name.startswith(f"docctl-{version_of_tree()}-py3")
