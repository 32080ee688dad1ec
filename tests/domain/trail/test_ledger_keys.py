"""Which key signs which event, and what stock tools are told about it."""

from datetime import UTC, datetime

from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.domain.trail.events.trail import SigningKeyRotated
from docctl.domain.trail.ledger_keys import LedgerKeys, rotation_text
from tests.factories.events import recorded


def rotation(old: str, new: str, seq: int) -> Recorded[Details]:
    """Return the event by which a key follows another."""
    details = SigningKeyRotated(old_key=old, new_key=new, countersignature="")
    return recorded(details, seq=seq, time=datetime.fromisoformat("2026-03-02T10:00:00.5+01:00"))


ROTATION = rotation("ssh-ed25519 A", "ssh-ed25519 B", 7)


def test_each_event_has_its_key() -> None:
    keys = LedgerKeys.from_events("ssh-ed25519 B", [ROTATION])
    assert (keys.first, keys.current) == ("ssh-ed25519 A", "ssh-ed25519 B")
    assert [keys.at(seq) for seq in (1, 7, 8, 900)] == [keys.first, keys.first, keys.current, keys.current]
    assert keys.since(7) == [keys.first, keys.current]
    assert keys.since(8) == [keys.current]


def test_allowed_signers_say_for_which_time_each_key_counts() -> None:
    first, second = LedgerKeys.from_events("", [ROTATION]).allowed_signers.splitlines()
    namespaces = 'ledger@docctl.invalid namespaces="git,docctl-checkpoint,docctl-key-rotation"'
    assert first == f'{namespaces},valid-before="20260302090000Z" ssh-ed25519 A'
    assert second == f'{namespaces},valid-after="20260302090000Z" ssh-ed25519 B'


def test_library_that_never_rotated_has_the_key_it_holds() -> None:
    keys = LedgerKeys.from_events("ssh-ed25519 A", [])
    assert keys.first == keys.current == keys.at(1)
    assert keys.followed_by("B", 3, datetime(2026, 3, 2, tzinfo=UTC)).keys[0].last_seq == 3


def test_countersignature_holds_at_one_place_only() -> None:
    places = {rotation_text("A", "B", *place) for place in ((1, "c"), (2, "c"), (1, "d"))}
    assert len(places) == 3
    assert all(len(place.splitlines()) == 5 for place in places)


def test_key_that_was_rotated_within_its_first_second_still_has_a_time_that_ssh_keygen_accepts() -> None:
    again = rotation("ssh-ed25519 B", "ssh-ed25519 C", 8)
    _, second, _ = LedgerKeys.from_events("", [ROTATION, again]).allowed_signers.splitlines()
    assert 'valid-after="20260302090000Z",valid-before="20260302090001Z"' in second
