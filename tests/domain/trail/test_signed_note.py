"""Signed notes against what others published: the vectors of c2sp.org and Go, and a head that witnesses co-signed."""

from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from docctl.adapters.signing_key import SigningKey, cosigned_at, signatures_of
from docctl.domain.errors import InvalidInputError
from docctl.domain.trail.signed_note import KeyType, NoteKey, NoteSignature, SignedHead

C2SP = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP_LINE = (
    "\N{EM DASH} example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
)
GO = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SEED = b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_LINE = (
    "\N{EM DASH} PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
WITNESS = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
HEAD = (
    "arche2025h1.staging.ct.transparency.dev\n1432088532\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n\n"
    "\N{EM DASH} arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urb"
    "llzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=\n"
    "\N{EM DASH} arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1"
    "bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=\n"
    "\N{EM DASH} remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ"
    "0WBxtqB0DrAWfBw==\n"
)
HEAD_KEY = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"


def test_keys_of_others_are_read_and_written_back() -> None:
    for written in (C2SP, GO, WITNESS, HEAD_KEY):
        assert str(NoteKey.read(written)) == written
    assert NoteKey.read(WITNESS).type == KeyType.COSIGNATURE
    key = NoteKey.read(GO)
    assert NoteKey.of_ledger("PeterNeumann", key.public_line) == key


@pytest.mark.parametrize("at", range(len(GO)))
def test_a_key_with_a_changed_character_is_refused(at: int) -> None:
    changed = GO[:at] + chr(ord(GO[at]) + 1) + GO[at + 1 :]
    with pytest.raises(InvalidInputError):
        NoteKey.read(changed)


def test_signatures_of_others_hold() -> None:
    for written, line, text in ((C2SP, C2SP_LINE, "This is an example message.\n"), (GO, GO_LINE[:-1], GO_TEXT)):
        key, signature = NoteKey.read(written), NoteSignature.read(line)
        assert [*signatures_of(key, SignedHead(text, (signature,)))] == [signature]
        assert not [*signatures_of(key, SignedHead(f"{text}\n", (signature,)))]


def test_our_signature_is_gos_byte_for_byte() -> None:
    key = SigningKey(Ed25519PrivateKey.from_private_bytes(GO_SEED))
    assert key.sign_head("PeterNeumann", GO_TEXT).line == GO_LINE


def test_a_head_that_a_witness_of_others_cosigned_is_read_and_holds() -> None:
    signed = SignedHead.read(HEAD)
    assert (signed.head.size, signed.note) == (1432088532, HEAD)
    assert len([*signatures_of(NoteKey.read(HEAD_KEY), signed)]) == 1
    assert cosigned_at(NoteKey.read(WITNESS), signed) == datetime.fromtimestamp(0x6A122120, UTC)


def test_a_cosignature_is_over_text_and_time() -> None:
    signed, key = SignedHead.read(HEAD), NoteKey.read(WITNESS)
    [by_witness] = signed.of(key)
    later = replace(by_witness, signed=by_witness.signed[:7] + b"\x21" + by_witness.signed[8:])
    assert cosigned_at(key, replace(signed, signatures=(later,))) is None
    assert cosigned_at(key, replace(signed, text=signed.text.replace("1432088532", "1432088533"))) is None
    assert cosigned_at(replace(key, name="other.example"), signed) is None


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        HEAD.replace("\n\n", "\n"),
        HEAD[:-1],
        HEAD + "more\n",
        HEAD.replace("1432088532", "01432088532"),
        HEAD.replace("1432088532", "-1"),
        HEAD.replace("4Ro=", "4Rp="),
        HEAD.replace("4Ro=\n", "4Ro=\n\x00\n"),
        HEAD.replace("X9sXTynk", "!"),
        GO_TEXT + "\n" + GO_LINE,
        HEAD.split("\n\n")[0] + "\n\n" + GO_LINE * 65,
    ],
)
def test_what_is_no_signed_head_is_refused(note: str) -> None:
    with pytest.raises(InvalidInputError):
        SignedHead.read(note)


def test_a_name_has_no_space_and_no_plus() -> None:
    public = b64encode(bytes([4]) + bytes(32)).decode()
    for name in ("", "a b", "a\tb", "a\N{NO-BREAK SPACE}b"):
        with pytest.raises(InvalidInputError):
            NoteKey.read(f"{name}+00000000+{public}")
