"""A checkpoint goes out every day by itself; a witness that is away delays nothing and gets later what it missed."""

import subprocess
from pathlib import Path

import pytest

from docctl.adapters.git_library import protocol_of
from docctl.domain.errors import InvalidInputError
from docctl.domain.trail.audit_trail import Act, Event
from docctl.followers import git_refs, library_snapshot
from docctl.followers.checkpoints import Witnesses, follow
from docctl.registers.integrity.verifying import verify
from docctl.registers.integrity.witnesses import read_checkpoint
from tests.factories import tampering
from tests.factories.library import Clock, Office
from tests.factories.post_office import PostOffice


def catch_up(office: Office) -> None:
    """Let references and snapshot catch up."""
    git_refs.follow(office.control)
    library_snapshot.follow(office.control)


def denials(office: Office) -> list[Event]:
    """Return what the mirror denied."""
    with office.control.reading() as session:
        return session.query(Event).filter_by(act=Act.MIRROR_DENIED).all()


def bare(folder: Path) -> Path:
    """Make a repository that denies rewriting."""
    subprocess.run(["git", "init", "-q", "--bare", folder], check=True)
    subprocess.run(["git", "-C", folder, "config", "receive.denyNonFastForwards", "true"], check=True)
    return folder


def test_one_checkpoint_a_day_is_written_and_an_idle_library_writes_nothing_else(
    office: Office, clock: Clock, tmp_path: Path
) -> None:
    kept = Witnesses(folder=tmp_path / "kept")
    for _ in range(3):
        follow(office.control, kept)
        follow(office.control, kept)
        clock.forward(days=1)
    catch_up(office)
    files = sorted((tmp_path / "kept").glob("*.txt"))
    assert len(files) == 3
    assert verify(office.control, witnesses=[read_checkpoint(path) for path in files]).findings == ()
    assert follow(office.control, Witnesses()) == 0


def test_folder_that_is_away_gets_later_what_it_missed(office: Office, clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("not a folder yet")
    kept = Witnesses(folder=tmp_path / "kept")
    for _ in range(2):
        assert follow(office.control, kept) == 0
        clock.forward(days=1)
    (tmp_path / "kept").unlink()
    assert follow(office.control, kept) == 3
    assert len(list((tmp_path / "kept").glob("*.sig"))) == 3


def test_checkpoint_goes_out_by_mail_and_waits_for_a_server_that_is_away(
    office: Office, clock: Clock, tmp_path: Path
) -> None:
    post = PostOffice().open()
    office.control.mail_server = post.as_setting()
    port = post.port
    post.close()
    kept = Witnesses(folder=tmp_path / "kept", address="auditor@riverton.example")
    assert follow(office.control, kept) == 1
    clock.forward(days=1)
    post.open(port)
    assert follow(office.control, kept) == 3
    post.close()
    assert len(post.letters) == 2
    attached = {part.get_filename(): part.get_content() for part in post.letters[0].iter_attachments()}
    catch_up(office)
    for name, data in attached.items():
        (tmp_path / name).write_bytes(data)
    witness = read_checkpoint(next(tmp_path.glob("*.txt")))
    assert verify(office.control, witnesses=[witness]).findings == ()


def test_mirror_gets_everything_and_denies_what_was_rewritten(office: Office, clock: Clock, tmp_path: Path) -> None:
    mirror = bare(tmp_path / "mirror.git")
    kept = Witnesses(mirror=str(mirror))
    office.publish("POL-001")
    follow(office.control, kept)
    catch_up(office)
    follow(office.control, kept)
    listed = subprocess.run(
        ["git", "-C", mirror, "for-each-ref", "--format=%(refname)"], capture_output=True, text=True
    )
    assert {"refs/heads/ledger", "refs/heads/library", "refs/heads/documents/POL-001"} <= set(listed.stdout.split())
    office.write("POL-002")
    catch_up(office)
    follow(office.control, kept)
    tampering.rewrite_everything(office)
    office.write("POL-003")
    catch_up(office)
    for _ in range(2):
        follow(office.control, kept)
    assert ["refs/heads/ledger" in event.reason for event in denials(office)] == [True]
    clock.forward(days=2)
    follow(office.control, kept)
    assert len(denials(office)) == 2


def test_mirror_that_is_away_is_brought_up_to_date_later(office: Office, tmp_path: Path) -> None:
    kept = Witnesses(mirror=str(tmp_path / "mirror.git"))
    follow(office.control, kept)
    catch_up(office)
    assert follow(office.control, kept) == 0
    assert denials(office) == []
    bare(tmp_path / "mirror.git")
    assert follow(office.control, kept) == 1
    assert follow(office.control, kept) == 0


@pytest.mark.parametrize("address", ["ext::sh -c id", "http://x/y", "-x", "git://x/y", "--upload-pack=x", "ssh://-x/y"])
def test_mirror_is_reached_by_files_ssh_and_https_alone(address: str) -> None:
    assert [protocol_of(each) for each in ("/srv/m.git", "https://m/x", "ssh://m/x", "git@m:x")] == [
        "file",
        "https",
        "ssh",
        "ssh",
    ]
    with pytest.raises(InvalidInputError, match="DOCCTL_MIRROR"):
        protocol_of(address)
