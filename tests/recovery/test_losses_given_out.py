"""Who gets the library, or a part of it, after a loss that was accepted: each gets the rest, and sees what it lacks."""

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from docctl.actions.trail.exporting_evidence import evidence_pack
from docctl.followers.catching_up import catch_up
from docctl.followers.checkpoints import Witnesses, follow
from docctl.recovery.exporting_library import export_library
from tests.factories.library import Office
from tests.factories.losses import EVERY_KIND, accept_all, issued_file, lose, old_text
from tests.factories.stranger import VERIFIER, check_clone

pytestmark = pytest.mark.only_sqlite


def checked(pack: Path) -> tuple[int, str]:
    """Check a pack as a stranger does."""
    run = subprocess.run([sys.executable, "-I", "-S", VERIFIER, pack], env={}, capture_output=True, text=True)
    return run.returncode, run.stdout + run.stderr


def git(*words: object) -> str:
    """Run Git as anybody has it."""
    return subprocess.run(["git", *map(str, words)], check=True, capture_output=True, text=True).stdout


@pytest.mark.drawn(more=2)
def test_a_stranger_finds_a_clone_of_it_sound_and_is_told_of_the_loss(lossy: Office, tmp_path: Path) -> None:
    code, said = check_clone(lossy.control.library.folder, tmp_path)
    assert (code, said.startswith("sound: ")) == (0, True), said
    assert re.search(r"accepted by two persons: .*POL-001 revision", said)


@pytest.mark.parametrize("which", EVERY_KIND, ids=lambda which: which.__name__)
@pytest.mark.drawn(more=1)
def test_a_stranger_finds_a_clone_unsound_of_which_nobody_accepted_a_loss(
    written: Office, tmp_path: Path, which: object
) -> None:
    lost = lose(written, which)  # type: ignore[arg-type]
    code, said = check_clone(written.control.library.folder, tmp_path)
    assert code == 2
    assert f"{lost} is missing, and nobody accepted that" in said or "not a sound library" in said


def test_a_stranger_still_finds_what_was_changed_beside_a_loss(written: Office, tmp_path: Path) -> None:
    lose(written, issued_file)
    accept_all(written)
    lose(written, old_text)
    assert check_clone(written.control.library.folder, tmp_path)[0] == 2


@pytest.mark.drawn(more=2)
def test_an_evidence_pack_of_it_is_sound_and_says_what_it_lacks(lossy: Office, tmp_path: Path) -> None:
    for number, says_lost in (("POL-001", True), ("POL-002", False)):
        name, data = evidence_pack(lossy.control, number)
        (tmp_path / name).write_bytes(data)
        code, said = checked(tmp_path / name)
        assert (code, said.startswith("sound: "), "accepted by two persons" in said) == (0, True, says_lost), said
        held = zipfile.ZipFile(io.BytesIO(data))
        assert ("is lost for ever" in held.read("README.txt").decode()) is says_lost
        if says_lost:
            folder = tmp_path / "unpacked"
            held.extractall(folder)
            recipe = held.read("README.txt").decode().partition("    git init")[2].partition("\n\n")[0]
            commands = "set -e\n    git init" + recipe.partition("    git -C clone.git fsck")[0]
            subprocess.run(["bash", "-c", commands], cwd=folder, check=True)
            assert "refs/heads/documents/POL-001" in git(
                "-C", folder / "clone.git", "for-each-ref", "--format=%(refname)"
            )


@pytest.mark.drawn(more=2)
def test_an_export_of_the_library_goes_on_and_names_what_it_lacks(lossy: Office, tmp_path: Path) -> None:
    control, folder = lossy.control, tmp_path / "all"
    assert export_library(control, control, lossy.people["carla"], folder).documents == 2
    left_out = [each for each in json.loads((folder / "index.json").read_text())["left_out"] if "is lost" in each]
    gone = [file.path for file in lossy.revision(1).current.files if control.library.resolve([file.blob]) == {}]
    gone += [row["path"] for row in lossy.revision(2).issued_files if control.library.resolve([row["blob"]]) == {}]
    assert [each.split(": ")[1].split(" is")[0] for each in left_out] == gone
    assert all(each in (folder / "index.html").read_text() for each in left_out)


@pytest.mark.drawn(more=2)
def test_a_new_mirror_gets_the_ledger_and_every_document_that_is_whole(lossy: Office, tmp_path: Path) -> None:
    mirror = tmp_path / "mirror.git"
    git("init", "--quiet", "--bare", mirror)
    follow(lossy.control, Witnesses(mirror=str(mirror)))
    catch_up(lossy.control, issuing=False)
    follow(lossy.control, Witnesses(mirror=str(mirror)))
    refs = git("-C", mirror, "for-each-ref", "--format=%(refname)").splitlines()
    assert {"refs/heads/ledger", "refs/heads/documents/POL-002", "refs/tags/POL-002/1"} <= set(refs)
    assert "refs/heads/documents/POL-001" not in refs
    assert git("-C", mirror, "rev-parse", "refs/heads/ledger").strip() == lossy.control.library.tip("refs/heads/ledger")
