"""The library's key: stock ssh-keygen accepts what it signs, and nothing else passes for it."""

import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from docctl.adapters.signing_key import SigningKey
from docctl.domain.trail.ledger_keys import LEDGER_PRINCIPAL


def test_the_key_file_is_for_its_owner_only_and_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "key"
    key = SigningKey.create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SigningKey.read(path).public_line == key.public_line
    with pytest.raises(FileExistsError):
        SigningKey.create(path)


def test_a_signature_is_accepted_for_its_own_message_only(tmp_path: Path) -> None:
    key, other = SigningKey.create(tmp_path / "a"), SigningKey.create(tmp_path / "b")
    signature = key.sign(b"what happened")
    assert key.accepts(b"what happened", signature)
    assert not key.accepts(b"what happened!", signature)
    assert not other.accepts(b"what happened", signature)
    assert not key.accepts(b"what happened", signature, namespace="file")


@pytest.mark.parametrize("rubbish", ["", "-----BEGIN SSH SIGNATURE-----", "AAAA", "!!!", "U1NIU0lHAAAAAQ=="])
def test_rubbish_is_no_signature(tmp_path: Path, rubbish: str) -> None:
    assert not SigningKey.create(tmp_path / "key").accepts(b"x", rubbish)


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is missing: apt-get install openssh-client")
def test_stock_ssh_keygen_accepts_the_signature(tmp_path: Path) -> None:
    key = SigningKey.create(tmp_path / "key")
    (tmp_path / "allowed").write_text(key.allowed_signers)
    (tmp_path / "signature").write_text(key.sign(b"what happened") + "\n")
    command = ["ssh-keygen", "-Y", "verify", "-n", "git", "-I", LEDGER_PRINCIPAL]
    files = ["-f", str(tmp_path / "allowed"), "-s", str(tmp_path / "signature")]
    assert subprocess.run([*command, *files], input=b"what happened", capture_output=True).returncode == 0
    assert subprocess.run([*command, *files], input=b"something else", capture_output=True).returncode != 0
