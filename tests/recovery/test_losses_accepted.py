"""What is lost and was accepted as such keeps nothing from being given out: all the rest is, and says what it lacks."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from docctl.document_control import DocumentControl
from docctl.document_control.lost_objects import lost_objects
from docctl.domain.errors import DocctlError, LibraryMismatchError
from docctl.followers.catching_up import catch_up
from docctl.followers.packing import pack
from docctl.recovery.backing_up import Backup, back_up, copy_keys
from docctl.recovery.drilling import drill
from docctl.recovery.manifest import WITH_LOSSES
from docctl.recovery.rebuilding import rebuild
from docctl.recovery.repairing import repair_by_fetching
from docctl.recovery.restoring import read_manifest, restore
from docctl.recovery.rotating_backups import back_up_in_turn
from docctl.registers.integrity.finding import ACCEPTED, NOTED
from docctl.registers.integrity.report import IntegrityReport
from docctl.registers.integrity.verifying import verify
from tests.factories.databases import address_of
from tests.factories.library import Clock, Office
from tests.factories.losses import accept_all, commit, lose, old_text

pytestmark = pytest.mark.only_sqlite


def accepted(office: Office) -> set[str]:
    """The objects whose loss two persons accepted."""
    with office.control.reading() as session:
        return set(lost_objects(session.connection()).objects)


def told(report: IntegrityReport) -> set[tuple[str, str]]:
    """What a check names, and how serious it is."""
    return {(each.severity, each.sentence) for each in report.findings}


@contextmanager
def restored(made: Backup, keys: Path, tmp_path: Path) -> Iterator[DocumentControl]:
    """Restore a backup elsewhere, and let it catch up."""
    data = tmp_path / "elsewhere"
    control, _ = restore(data, address_of(data), made.folder, keys)
    catch_up(control, issuing=False)
    yield control
    control.engine.dispose()


def git(*words: object) -> str:
    """Run Git as anybody has it."""
    return subprocess.run(["git", *map(str, words)], check=True, capture_output=True, text=True).stdout


@pytest.mark.drawn(more=2)
def test_a_backup_of_it_restores_with_the_same_verdict(lossy: Office, tmp_path: Path) -> None:
    before = told(verify(lossy.control, every_object=True))
    made = back_up(lossy.control, tmp_path / "backup", keys_folder=tmp_path / "keys")
    assert read_manifest(made.folder).format == WITH_LOSSES
    with restored(made, tmp_path / "keys", tmp_path) as again:
        assert told(verify(again, every_object=True)) == before


@pytest.mark.drawn(more=1)
def test_whoever_has_a_bundle_of_it_takes_it_apart_with_git_alone(lossy: Office, tmp_path: Path) -> None:
    made, copy = back_up(lossy.control, tmp_path / "backup"), tmp_path / "copy.git"
    git("init", "--quiet", "--bare", copy)
    (copy / "packed-refs").write_text(git("-C", copy, "bundle", "unbundle", made.folder / "library.bundle"))
    listed = git("-C", copy, "for-each-ref", "--format=%(objectname) %(refname)").splitlines()
    assert {f"{commit} {ref}" for ref, commit in lossy.control.library.refs().items()} == set(listed)
    looked = subprocess.run(["git", "-C", copy, "fsck", "--full", "--no-dangling"], capture_output=True, text=True)
    lost = {line.split()[-1] for line in looked.stdout.splitlines() if line.startswith("missing")}
    assert lost <= accepted(lossy)
    assert lost or "invalid sha1 pointer" in looked.stderr


@pytest.mark.drawn(more=2)
def test_backups_kept_beside_each_other_go_on(lossy: Office, clock: Clock, tmp_path: Path) -> None:
    control, keys = lossy.control, tmp_path / "keys"
    first = back_up_in_turn(control, tmp_path / "backups", 3, keys_folder=keys)
    clock.forward(days=1)
    lossy.revise("POL-002", "# Purpose\n\nOther words.\n")
    lossy.open_revision("POL-001")
    catch_up(control)
    before = told(verify(control, every_object=True))
    assert {severity for severity, _ in before} <= {ACCEPTED, NOTED}
    second = back_up_in_turn(control, tmp_path / "backups", 3, keys_folder=keys)
    said = read_manifest(second.folder)
    assert (said.bundles, said.format) == (["library.bundle", "library.0002.bundle"], WITH_LOSSES)
    assert read_manifest(first.folder).files["library.bundle"] == said.files["library.bundle"]
    assert drill(control, tmp_path / "backups", clock=clock).documents == 2
    with restored(second, keys, tmp_path) as again:
        assert told(verify(again, every_object=True)) == before


@pytest.mark.drawn(more=2)
def test_it_is_packed_and_swept_and_nothing_more_is_lost(lossy: Office, clock: Clock) -> None:
    control = lossy.control
    before = told(verify(control, every_object=True))
    assert pack(control, sweeping=False).objects
    for path in (control.library.folder / "objects").rglob("*"):
        os.utime(path, (0, 0))
    clock.forward(days=60)
    lossy.revise("POL-002", "# Purpose\n\nOther words.\n")
    catch_up(control)
    pack(control, sweeping=True)
    assert told(verify(control, every_object=True)) == before


def cloned(office: Office, tmp_path: Path) -> Path:
    """Clone its folder."""
    git("clone", "--quiet", "--mirror", office.control.library.folder, tmp_path / "clone.git")
    return tmp_path / "clone.git"


def bundled(office: Office, tmp_path: Path) -> Path:
    """Take the bundle of a backup of it."""
    return back_up(office.control, tmp_path / "backup").folder / "library.bundle"


@pytest.mark.drawn("take", more=2)
@pytest.mark.parametrize("take", [cloned, bundled], ids=lambda take: take.__name__)
def test_it_is_rebuilt_from_a_clone_of_its_folder_or_a_bundle(
    lossy: Office, tmp_path: Path, take: Callable[[Office, Path], Path]
) -> None:
    before = told(verify(lossy.control, every_object=True))
    source, keys, data = take(lossy, tmp_path), tmp_path / "keys", tmp_path / "elsewhere"
    copy_keys(lossy.control, keys)
    shutil.copytree(lossy.control.data / "records", data / "records")
    made = rebuild(data, address_of(data), source, keys=keys).control
    catch_up(made, issuing=False)
    assert told(verify(made, every_object=True)) == before
    made.engine.dispose()


@pytest.mark.drawn(more=2)
def test_what_is_lost_besides_is_refused(lossy: Office, tmp_path: Path) -> None:
    lose(lossy, lambda office: office.control.library.tree_of(office.revision(3).current.commit))
    with pytest.raises(LibraryMismatchError, match="no backup was made"):
        back_up(lossy.control, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()
    with pytest.raises(DocctlError):
        pack(lossy.control, sweeping=False)


def test_what_nobody_accepted_is_refused(written: Office, tmp_path: Path) -> None:
    lose(written, old_text)
    with pytest.raises(LibraryMismatchError, match="two persons accept the loss"):
        back_up(written.control, tmp_path / "backup")


def test_what_comes_back_is_whole_again(written: Office, tmp_path: Path) -> None:
    git("clone", "--quiet", "--mirror", "--no-local", written.control.library.folder, tmp_path / "mirror.git")
    lose(written, commit)
    accept_all(written)
    lossy = back_up(written.control, tmp_path / "lossy")
    assert repair_by_fetching(written.control, lossy.folder)[0].nowhere == 1
    done, after = repair_by_fetching(written.control, tmp_path / "mirror.git")
    assert (done.fetched, done.nowhere, after.findings) == (1, 0, ())
    keys = tmp_path / "keys"
    with restored(back_up(written.control, tmp_path / "backup", keys_folder=keys), keys, tmp_path) as again:
        assert verify(again, every_object=True).findings == ()
