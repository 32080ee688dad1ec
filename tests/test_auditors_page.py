"""The commands that manual and issued files give an auditor are run as they stand there, with stock tools."""

import re
import zipfile
from pathlib import Path

import pytest

from docctl.actions.trail.checkpointing import take_checkpoint, write_checkpoint
from docctl.actions.trail.exporting_evidence import evidence_pack
from docctl.actions.trail.rotating_keys import rotate_key
from docctl.followers.catching_up import catch_up
from tests.factories import recipes, tampering
from tests.factories.library import HOME, Office
from tests.factories.stand_ins import issue_quickly

PAGES = [HOME / "README.md", *sorted((HOME / "docs").glob("*.md"))]
INLINE = re.compile(r"`((?:git|ssh-keygen|sha256sum|openssl) [^`]+)`")
MAKES_A_MIRROR = "git init --bare --initial-branch=library"
ONLY_LOOKS = "git -C DIR/library.git log --stat ledger"


@pytest.fixture
def lived(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A library whose key was changed between two revisions of a document."""
    issue_quickly(monkeypatch)
    office.publish("POL-001")
    catch_up(office.control)
    return office


def _go_on(office: Office) -> None:
    rotate_key(office.control, "Yearly change of the key")
    office.revise("POL-001", "# New\n")
    catch_up(office.control)


def test_every_command_that_checks_something_is_run_by_a_test() -> None:
    blocks = {page.name: recipes.of_manual(page) for page in PAGES}
    assert {name: len(found) for name, found in blocks.items() if found} == {"auditing.md": 1}
    inline = {command for page in PAGES for command in INLINE.findall(page.read_text())}
    assert inline == {ONLY_LOOKS, MAKES_A_MIRROR}


@recipes.needs_tools
def test_auditor_checks_a_clone_with_stock_tools(lived: Office, tmp_path: Path) -> None:
    library, [commands] = lived.control.library.folder, recipes.of_manual(HOME / "docs" / "auditing.md")
    kept = write_checkpoint(lived.control, take_checkpoint(lived.control), tmp_path)
    _go_on(lived)
    checked = recipes.run(commands, tmp_path / "sound", LIBRARY=library, CHECKPOINT=kept)
    assert checked.returncode == 0, checked.stderr
    shown = recipes.run(ONLY_LOOKS.replace("DIR", str(lived.control.data)), tmp_path)
    assert "events/000000/000001.json" in shown.stdout
    rewritten = write_checkpoint(lived.control, take_checkpoint(lived.control), tmp_path / "later")
    catch_up(lived.control)
    tampering.cut_newest_everywhere(lived)
    assert recipes.run(commands, tmp_path / "cut", LIBRARY=library, CHECKPOINT=rewritten).returncode != 0


@recipes.needs_tools
def test_the_sheet_of_an_evidence_pack_is_followed_with_stock_tools(lived: Office, tmp_path: Path) -> None:
    for place, name in enumerate(("", "files/content.md", "signatures.csv", "README.txt", "library.bundle")):
        folder = tmp_path / str(place)
        checked = recipes.check_pack(evidence_pack(lived.control, "POL-001"), folder, changed=name)
        assert (checked.returncode == 0) == (not name), (name, checked.stdout, checked.stderr)
        if not place:
            assert checked.stdout.startswith("sound: ")
            _go_on(lived)


@recipes.needs_tools
def test_a_file_that_was_added_to_an_unpacked_pack_is_not_vouched_for(lived: Office, tmp_path: Path) -> None:
    name, pack = evidence_pack(lived.control, "POL-001")
    (tmp_path / name).write_bytes(pack)
    with zipfile.ZipFile(tmp_path / name, "a") as made:
        made.writestr("added.txt", b"x")
    commands = recipes.of_sheet(zipfile.ZipFile(tmp_path / name).read("README.txt").decode())
    with zipfile.ZipFile(tmp_path / name) as read:
        read.extractall(tmp_path)
    checked = recipes.run(commands, tmp_path)
    assert checked.returncode == 2
    assert "added.txt is not what the library put into the pack" in checked.stdout
