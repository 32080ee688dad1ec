"""After the key was changed, what was backed up or cloned before it is restored still: no key is written over."""

import shutil
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select

from docctl.actions.trail.rotating_keys import rotate_key
from docctl.adapters.signing_key import KeyFolder, SigningKey
from docctl.domain.errors import LibraryMismatchError
from docctl.domain.trail.audit_trail import Act, Event
from docctl.followers.catching_up import catch_up
from docctl.recovery.backing_up import back_up, copy_keys
from docctl.recovery.rebuilding import rebuild
from docctl.recovery.restoring import restore
from tests.checks.faults import crew
from tests.factories.library import Clock, Office, open_library


def _others(keys: Path) -> list[Path]:
    """The private keys of a folder but for the one that signs."""
    return [path for path in sorted(keys.glob("ledger_key.*")) if path.suffix not in (".pub", ".lock")]


def test_a_backup_from_before_two_changes_of_the_key_is_restored_and_goes_on(office: Office, tmp_path: Path) -> None:
    control, keys = office.control, tmp_path / "keys"
    first = control.signing_key.public_line
    made = back_up(control, tmp_path / "backup", keys_folder=keys)
    for _ in range(2):
        rotate_key(control, "Yearly change of the key")
        newer = back_up(control, tmp_path / control.signing_key.fingerprint[-8:].replace("/", "_"), keys_folder=keys)
    assert len(_others(control.data / "keys")) == len(_others(keys)) == 2
    assert all(path.stat().st_mode & 0o077 == 0 for path in _others(control.data / "keys"))
    for folder, line in ((made.folder, first), (newer.folder, control.signing_key.public_line)):
        data = tmp_path / f"of-{folder.name}"
        restored, _ = restore(data, f"sqlite:///{data}/docctl.db", folder, keys, clock=Clock())
        assert restored.signing_key.public_line == line
        assert {SigningKey.read(path).public_line for path in _others(data / "keys")} | {line} == {
            SigningKey.read(path).public_line for path in (*_others(keys), keys / "ledger_key")
        }
        rotate_key(restored, "Another change, in the restored library")
        catch_up(restored, issuing=False)
        assert crew.faults(restored) == []
        restored.engine.dispose()


def test_a_clone_from_before_a_change_of_the_key_is_rebuilt_with_the_keys_of_now(
    office: Office, tmp_path: Path
) -> None:
    control, clone, data = office.control, tmp_path / "clone.git", tmp_path / "rebuilt"
    office.publish("POL-001")
    catch_up(control, issuing=False)
    before = control.signing_key.public_line
    subprocess.run(["git", "clone", "-q", "--mirror", control.library.folder, clone], check=True)
    rotate_key(control, "Yearly change of the key")
    rebuilt = rebuild(data, f"sqlite:///{data}/docctl.db", clone, keys=control.data / "keys", clock=Clock())
    assert rebuilt.control.signing_key.public_line == before
    catch_up(rebuilt.control, issuing=False)
    assert crew.faults(rebuilt.control) == []
    with rebuilt.control.reading() as session:
        acts = set(session.scalars(select(Event.act)))
    assert Act.SIGNING_KEY_ROTATED not in acts
    rebuilt.control.engine.dispose()


def test_a_folder_of_keys_that_is_written_again_keeps_the_key_it_had(office: Office, tmp_path: Path) -> None:
    keys, own = tmp_path / "keys", office.control.data / "keys"
    copy_keys(office.control, keys)
    before = office.control.signing_key.public_line
    rotate_key(office.control, "Yearly change of the key")
    for path in _others(own):
        path.unlink()  # as an earlier version left it, which kept no private key of before
    copy_keys(office.control, keys)
    copy_keys(office.control, keys)
    assert [SigningKey.read(path).public_line for path in _others(keys)] == [before]
    assert KeyFolder(keys).held_line == office.control.signing_key.public_line
    assert KeyFolder(keys).take_up(before)
    assert SigningKey.read(keys / "ledger_key").public_line == before
    shutil.rmtree(keys)
    keys.mkdir()
    assert not KeyFolder(keys).take_up(before)


def test_with_the_keys_of_another_library_nothing_is_backed_up(office: Office, tmp_path: Path) -> None:
    own, kept = office.control.data / "keys", tmp_path / "kept"
    own.rename(kept)
    own.mkdir()
    SigningKey.create(own / "ledger_key")
    other = open_library(office.control.data, Clock())
    with pytest.raises(LibraryMismatchError, match="is not the one that the audit trail names"):
        back_up(other, tmp_path / "backup", keys_folder=tmp_path / "copied")
    other.engine.dispose()
    assert not {"backup", "backup.part", "copied"} & {path.name for path in tmp_path.iterdir()}
