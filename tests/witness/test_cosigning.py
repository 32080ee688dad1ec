"""A witness signs what extends the head that it saw last, and nothing else."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from docctl.actions.trail.rotating_keys import rotate_key
from docctl.actions.trail.witnessing import break_history, keep_cosigned, request_to
from docctl.adapters.signing_key import SigningKey, cosigned_at
from docctl.domain.errors import (
    HeadRefusedError,
    InvalidInputError,
    LibraryExistsError,
    LibraryMissingError,
    NotFoundError,
    WitnessFolderError,
    WrongStateError,
)
from docctl.domain.trail.head_request import HeadRequest
from docctl.domain.trail.signed_note import NoteKey, SignedHead, TreeHead
from docctl.recovery.replacing_lost_key import replace_lost_key
from docctl.witness.cosigning import add_library, cosign, go_on_after_break
from docctl.witness.folder import WitnessFolder
from tests.factories.library import PASSWORD, Office
from tests.factories.witnesses import LIBRARY, NAME, Neighbour, key_of, neighbour_of


@pytest.fixture
def neighbour(office: Office, tmp_path: Path) -> Neighbour:
    """A witness that the library registered."""
    return neighbour_of(office, tmp_path / "witness")


def everything_in(folder: Path) -> tuple[object, ...]:
    """Return all that a witness keeps."""
    opened = WitnessFolder.open(folder)
    return opened.histories(), opened.refused(), opened.unknown()


def refusal(folder: WitnessFolder, request: HeadRequest) -> HeadRefusedError:
    """Return how a request is refused."""
    with pytest.raises(HeadRefusedError) as refused:
        cosign(folder, request)
    return refused.value


def signed_anew(office: Office, head: TreeHead) -> SignedHead:
    """Return a head that is signed by the library's own key, whatever it says."""
    return SignedHead(head.text, (office.control.signing_key.sign_head(head.origin, head.text),))


def test_a_witness_cosigns_one_head_after_the_other(office: Office, neighbour: Neighbour) -> None:
    first = neighbour.meet(office)
    again = neighbour.meet(office)
    assert first.text == again.text
    office.write()
    later = neighbour.meet(office)
    assert later.head.size > first.head.size
    assert cosigned_at(neighbour.folder.key, later) is not None
    assert neighbour.head.text == later.text


def test_a_request_is_read_back_as_it_was_written(office: Office, neighbour: Neighbour) -> None:
    neighbour.meet(office)
    rotate_key(office.control, "Regular change of the key")
    request = request_to(office.control, neighbour.number)
    assert request.rotations
    assert HeadRequest.read(request.text) == request


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("old ", "new "),
        ("old ", "old 0"),
        ("\n\n", "\n"),
        ("\n", "\nx\n"),
        ("docctl-key", "docctl-kez"),
        ("", "x" * 200_000),
    ],
)
def test_a_request_that_is_none_is_refused(office: Office, neighbour: Neighbour, was: str, now: str) -> None:
    rotate_key(office.control, "Regular change of the key")
    text = request_to(office.control, neighbour.number).text
    with pytest.raises(InvalidInputError):
        HeadRequest.read(text.replace(was, now, 1))


def test_a_head_that_does_not_extend_what_was_seen_is_refused_and_kept(office: Office, neighbour: Neighbour) -> None:
    seen = neighbour.meet(office).head
    office.write()
    request = request_to(office.control, neighbour.number)
    head = request.signed.head
    split = signed_anew(office, replace(head, root=bytes(32)))
    assert refusal(neighbour.folder, replace(request, signed=split)).status == 422
    other = signed_anew(office, replace(seen, root=bytes(32)))
    told = refusal(neighbour.folder, HeadRequest(seen.size, (), other))
    assert (told.status, told.fields["size"]) == (409, seen.size)
    assert {each.text for each in neighbour.folder.refused()} == {split.text, other.text}
    assert refusal(neighbour.folder, replace(request, proof=request.proof[::-1][1:])).status == 422
    assert neighbour.head.head == seen


def test_an_old_size_that_is_not_the_newest_one_is_told_the_newest(office: Office, neighbour: Neighbour) -> None:
    seen = neighbour.meet(office).head
    office.write()
    told = refusal(neighbour.folder, request_to(office.control, neighbour.number, 0))
    assert (told.status, told.fields["size"]) == (409, seen.size)
    assert refusal(neighbour.folder, HeadRequest(seen.size + 1, (), neighbour.head)).status == 400
    with pytest.raises(HeadRefusedError, match="the others are gone"):
        request_to(office.control, neighbour.number, 9999)


def test_a_head_of_another_key_or_library_is_refused(office: Office, neighbour: Neighbour, tmp_path: Path) -> None:
    request = request_to(office.control, neighbour.number)
    head = request.signed.head
    other = SigningKey.create(tmp_path / "other").sign_head(head.origin, head.text)
    assert refusal(neighbour.folder, replace(request, signed=SignedHead(head.text, (other,)))).status == 403
    elsewhere = signed_anew(office, replace(head, origin="elsewhere.example"))
    assert refusal(neighbour.folder, replace(request, signed=elsewhere)).status == 404
    assert neighbour.folder.unknown() == []


def test_a_rotated_key_is_followed_by_its_signed_event(office: Office, neighbour: Neighbour) -> None:
    neighbour.meet(office)
    for _ in range(2):
        rotate_key(office.control, "Regular change of the key")
        office.write(f"POL-00{_ + 1}")
    request = request_to(office.control, neighbour.number)
    assert len(request.rotations) == 2
    assert refusal(neighbour.folder, replace(request, rotations=())).status == 403
    assert refusal(neighbour.folder, replace(request, rotations=request.rotations[1:])).status == 403
    neighbour.meet(office)
    assert neighbour.folder.present(LIBRARY).keys[-1] == key_of(office)
    office.write("POL-009")
    assert request_to(office.control, neighbour.number).rotations == ()
    neighbour.meet(office)


def test_a_rotation_that_was_changed_is_not_followed(office: Office, neighbour: Neighbour) -> None:
    neighbour.meet(office)
    rotate_key(office.control, "Regular change of the key")
    request = request_to(office.control, neighbour.number)
    [told] = request.rotations
    for wrong in (
        replace(told, file=told.file.replace(b'":"', b'":" ', 1)),
        replace(told, file=b"{}"),
        replace(told, commit=told.commit.replace(b"Seq:", b"seq:")),
        replace(told, commit=told.commit.replace(b"gpgsig ", b"gpgsik ")),
        replace(told, chain_before=bytes(32)),
        replace(told, proof=(bytes(32), *told.proof[1:])),
    ):
        assert refusal(neighbour.folder, replace(request, rotations=(wrong,))).status in (403, 422)
    assert len(neighbour.folder.present(LIBRARY).keys) == 1


def test_after_a_break_a_witness_goes_on_only_when_a_person_says_so(office: Office, neighbour: Neighbour) -> None:
    before = neighbour.meet(office)
    with pytest.raises(NotFoundError, match="after a break has come"):
        go_on_after_break(neighbour.folder, LIBRARY, "A snapshot was put back", "Berta")
    origin = break_history(office.control, office.people["admin"], "A snapshot of the machine was put back")
    assert refusal(neighbour.folder, request_to(office.control, neighbour.number)).status == 404
    with pytest.raises(InvalidInputError, match="Say in one line"):
        go_on_after_break(neighbour.folder, LIBRARY, " ", "Berta")
    with pytest.raises(InvalidInputError):
        go_on_after_break(neighbour.folder, LIBRARY, "A snapshot was put back", " ")
    goes_on = go_on_after_break(neighbour.folder, LIBRARY, "A snapshot was put back", "Berta")
    after = neighbour.meet(office)
    assert (goes_on.origin, after.head.origin) == (origin, origin)
    [old, new] = sorted(neighbour.folder.histories(), key=lambda each: bool(each.follows))
    assert (old.note, old.followed_by) == (before.note, origin)
    assert new.follows is not None
    assert (new.follows.head_before, new.follows.by) == (before.note, "Berta")
    assert SignedHead.read(new.follows.head_after).head.origin == origin
    assert refusal(neighbour.folder, HeadRequest(before.head.size, (), before)).status == 404


def test_going_on_twice_forgets_nothing(office: Office, neighbour: Neighbour) -> None:
    """A process may have ended between its two steps; then whoever said it says it again."""
    neighbour.meet(office)
    break_history(office.control, office.people["admin"], "A snapshot of the machine was put back")
    refusal(neighbour.folder, request_to(office.control, neighbour.number))
    old = neighbour.folder.present(LIBRARY)
    go_on_after_break(neighbour.folder, LIBRARY, "A snapshot was put back", "Berta")
    after = neighbour.meet(office)
    neighbour.folder.keep(old)
    go_on_after_break(neighbour.folder, LIBRARY, "A snapshot was put back", "Berta")
    assert neighbour.head.text == after.text


def test_after_a_lost_key_the_new_one_has_to_be_named(office: Office, neighbour: Neighbour) -> None:
    neighbour.meet(office)
    (office.control.data / "keys" / "ledger_key").unlink()
    office.control.keys._held = None
    replace_lost_key(office.control, "admin", PASSWORD, "The disk with the keys burnt")
    assert refusal(neighbour.folder, request_to(office.control, neighbour.number)).status == 404
    with pytest.raises(NotFoundError, match="--key"):
        go_on_after_break(neighbour.folder, LIBRARY, "The disk with the keys burnt", "Berta")
    go_on_after_break(neighbour.folder, LIBRARY, "The disk with the keys burnt", "Berta", key_of(office))
    neighbour.meet(office)


def test_a_library_is_watched_once_and_by_a_key_of_its_own(office: Office, neighbour: Neighbour) -> None:
    with pytest.raises(WrongStateError):
        add_library(neighbour.folder, "Again", key_of(office))
    for wrong in (
        str(neighbour.folder.key),
        "x",
        str(NoteKey.of_ledger("elsewhere.example", office.control.signing_key.public_line)),
    ):
        with pytest.raises(InvalidInputError):
            add_library(neighbour.folder, "Other", wrong)


def test_what_a_witness_did_not_sign_is_not_kept(office: Office, neighbour: Neighbour, tmp_path: Path) -> None:
    request = request_to(office.control, neighbour.number)
    with pytest.raises(InvalidInputError, match="signature of that witness"):
        keep_cosigned(office.control, neighbour.number, request.signed)
    other = WitnessFolder.create(tmp_path / "other", NAME)
    add_library(other, LIBRARY, key_of(office))
    with pytest.raises(InvalidInputError, match="signature of that witness"):
        keep_cosigned(office.control, neighbour.number, request.signed.with_(cosign(other, request)))
    signed = request.signed.with_(cosign(neighbour.folder, request))
    with pytest.raises(InvalidInputError, match="this library's signature"):
        keep_cosigned(office.control, neighbour.number, replace(signed, signatures=signed.signatures[1:]))


def test_a_folder_that_is_no_witness_is_refused(tmp_path: Path, neighbour: Neighbour) -> None:
    with pytest.raises(LibraryMissingError):
        WitnessFolder.open(tmp_path)
    with pytest.raises(LibraryExistsError):
        WitnessFolder.create(neighbour.folder.folder, NAME)
    place = next((neighbour.folder.folder / "libraries").glob("*.json"))
    place.write_text(place.read_text()[:-10])
    with pytest.raises(WitnessFolderError, match="nothing is signed"):
        neighbour.folder.histories()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("key", b"x"),
        ("key", b""),
        ("key", b"\xff\xfe"),
        ("name", b"\xff"),
        ("name", b""),
        ("name", b"two words"),
        ("libraries/*.json", b"{"),
        ("libraries/*.json", b"[]"),
        ("libraries/*.json", b"\xff"),
        ("refused/*.note", b"x"),
        ("unknown/*.note", b"\xff"),
    ],
)
def test_what_a_witness_keeps_and_cannot_be_read_is_told_in_one_sentence(
    office: Office, neighbour: Neighbour, name: str, content: bytes
) -> None:
    folder = neighbour.folder.folder
    for part in ("refused", "unknown"):
        (folder / part / "kept.note").write_text(request_to(office.control, neighbour.number).signed.note)
    [path] = folder.glob(name)
    path.write_bytes(content)
    with pytest.raises(WitnessFolderError) as refused:
        everything_in(folder)
    said = f"{path} cannot be read, so nothing is signed; bring it back from a backup of the witness."
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("keys", []), ("keys", ["x"]), ("keys", 1), ("root", "x"), ("root", "eA=="), ("root", 1), ("size", -1),
        ("size", "1"), ("note", "x"), ("follows", {"by": "me"}), ("follows", "me"), ("another", 1),
    ],
)  # fmt: skip
def test_a_history_of_which_a_field_is_spoilt_signs_nothing(
    office: Office, neighbour: Neighbour, field: str, value: object
) -> None:
    [path] = (neighbour.folder.folder / "libraries").glob("*.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | {field: value}))
    with pytest.raises(WitnessFolderError, match="cannot be read, so nothing is signed"):
        cosign(neighbour.folder, request_to(office.control, neighbour.number))
