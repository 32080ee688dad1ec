"""The command that adopts a past: a dry run, the real one, a second one, and refusals in a sentence."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from docctl.cli import main
from tests.factories.foreign_repository import ForeignRepository
from tests.factories.held_up import SHAPELESS_PART
from tests.factories.library import Office


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a document in two revisions, a file that is none, and a register of both revisions."""
    made = tmp_path / "past"
    made.mkdir()
    (made / "POL-007 Aims v1.md").write_text("# Aims\n\nOne.\n")
    (made / "POL-007 Aims v2_2021-05-03.md").write_text("# Aims\n\nTwo.\n")
    (made / "README.md").write_text("# Read me\n\nText.\n")
    (made / "plan.pdf").write_bytes(b"%PDF-1.7")
    rows = ["number,rev,date,file", "POL-009,A,04/03/2020,POL-007 Aims v1.md", "POL-009,B,2021-05-03,README.md"]
    (made / "register.csv").write_text("\n".join(rows))
    return made


def docctl(office: Office, *arguments: str | Path) -> Result:
    """Run the command on the library."""
    return CliRunner().invoke(main, ["--data", str(office.control.data), *map(str, arguments)], input="")


def test_a_folder_is_looked_at_adopted_and_left_as_it_is(office: Office, folder: Path, tmp_path: Path) -> None:
    options = (folder, "--leave-out", "README*", "--evidence", "binder 12")
    dry = docctl(office, "adopt", *options, "--dry-run")
    assert dry.exit_code == 0
    assert "to adopt   POL-007  Aims: 2 revisions" in dry.output
    assert "left out   plan.pdf" in dry.output
    assert "README" not in dry.output
    assert "1 document: 1 to adopt, 0 refused; 2 revisions." in dry.stderr
    assert "nothing was stored" in dry.stderr
    assert "There is no document “POL-007”" in docctl(office, "text", "POL-007").stderr
    done = docctl(office, "adopt", *options, "--report", tmp_path / "report.json")
    assert "adopted    POL-007  Aims: 2 revisions" in done.output
    report = json.loads((tmp_path / "report.json").read_text())
    assert [line["label"] for line in report["documents"][0]["revisions"]] == ["1", "2"]
    assert report["left_out"][0]["file"] == "plan.pdf"
    assert "One." in docctl(office, "text", "POL-007", "--revision", "1").output
    assert "unchanged  POL-007" in docctl(office, "adopt", *options).output
    assert docctl(office, "verify").exit_code == 0


def test_an_adoption_tells_which_files_are_held_up_and_what_to_do(office: Office, tmp_path: Path) -> None:
    for number, road in (("POL-007", ("adopt",)), ("POL-008", ("import", "--in-force"))):
        folder = tmp_path / number
        folder.mkdir()
        (folder / f"{number} Signs.md").write_text(SHAPELESS_PART)
        done = docctl(office, *road, folder)
        assert f"held up: The files of {number} revision 1 do not say what its page says." in done.stdout
        assert "The files of 1 document are not given out: let each difference stand" in done.stderr


def test_a_register_is_adopted_with_the_order_of_its_days_said(office: Office, folder: Path) -> None:
    refused = docctl(office, "adopt", folder / "register.csv")
    assert "say which comes first, day or month" in refused.output
    done = docctl(office, "adopt", folder, "--register", folder / "register.csv", "--dates", "dmy")
    assert "adopted    POL-009" in done.output
    assert "left out   POL-007 Aims v2_2021-05-03.md: The register does not name it." in done.output


def test_a_repository_or_bundle_is_adopted(office: Office, tmp_path: Path) -> None:
    repository = ForeignRepository(tmp_path / "theirs")
    repository.write("POL-007 Aims.md", "# Aims\n\nOne.\n")
    repository.commit("One", "2019-01-01")
    bundle = tmp_path / "theirs.bundle"
    repository.git("bundle", "create", "--quiet", str(bundle), "--all")
    assert "to adopt   POL-007" in docctl(office, "adopt", bundle, "--dry-run").output
    assert "adopted    POL-007" in docctl(office, "adopt", repository.folder, "--git").output
    assert "unchanged  POL-007" in docctl(office, "adopt", bundle).output


def test_what_does_not_go_together_is_refused(office: Office, folder: Path, tmp_path: Path) -> None:
    for arguments in ((folder, "--branch", "main"), (folder, "--git", "--register", folder / "register.csv")):
        assert docctl(office, "adopt", *arguments).exit_code == 64
    for arguments, words in (
        ((folder, "--git"), "cannot be read as a clone"),
        ((folder, "--report", tmp_path / "no" / "r.json"), "no folder for the report"),
        ((folder, "--as", "eve"), "do not allow you"),
    ):
        result = docctl(office, "adopt", *arguments)
        assert result.exit_code == 1
        assert words in result.stderr
        assert result.stderr.count("\n") == 1
