"""Trying a folder: every file ends with a verdict, whatever is wrong with it, and what arrived is counted."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.factories.files.hostile_word import nested_tables, paragraph, word_file

HOME = Path(__file__).resolve().parents[3]


def test_every_file_of_a_folder_gets_a_verdict_and_is_counted(tmp_path: Path) -> None:
    folder, report = tmp_path / "files", tmp_path / "report.json"
    folder.mkdir()
    table = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    (folder / "good.docx").write_bytes(word_file(paragraph("Purpose", "Heading1") + paragraph("Cranes lift.") + table))
    hidden = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>never</w:t></w:r></w:p>"
    (folder / "hidden.docx").write_bytes(word_file(paragraph("Cranes lift.") + hidden))
    (folder / "README.md").write_text("# Yard\n\nCranes lift.\n")
    (folder / "empty.docx").write_bytes(b"")
    (folder / "renamed.docx").write_bytes(b"%PDF-1.7 no Word file")
    (folder / "cut.docx").write_bytes(word_file(paragraph("Cranes lift."))[:300])
    (folder / os.fsdecode(b"no-text-\xff.docx")).write_bytes(nested_tables(7))
    command = [sys.executable, "-m", "tests.checks.trial", str(folder), "--report", str(report)]
    run = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "7 files in" in run.stdout
    trials = {Path(row["path"]).name: row for row in json.loads(report.read_text())}
    good = trials.pop("good.docx")
    assert (good["verdict"], good["recall"], good["tables"], good["pages"]) == ("imported", 1.0, "1/1", 1)
    assert trials.pop("README.md")["verdict"] == "imported"
    held_up = trials.pop("hidden.docx")
    assert held_up["verdict"] == "held up"
    assert held_up["differences"]
    assert all("never" in difference and difference in run.stdout for difference in held_up["differences"])
    assert {row["verdict"] for row in trials.values()} == {"refused"}
    assert all(row["said"].endswith(".") for row in trials.values())
