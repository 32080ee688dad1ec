"""Which findings count as accepted: by two persons, and only what was found then; without a library."""

from pathlib import Path
from typing import Any

from docctl.domain.operations.accepted_losses import AcceptedLosses, Loss, identity_of, losses_as_text, losses_in
from docctl.domain.trail.events.operations import LossAccepted
from docctl.domain.trail.events.recorded import Details, Recorded
from tests.factories.events import recorded

LOSS = Loss("I3", "POL-001 revision 1", "Its file is missing.", ("a" * 40,), "document POL-001")


def accepted(person: str, **said: Any) -> Recorded[Details]:
    """An event by which somebody accepts the loss."""
    told = {"finding": LOSS.identity, "rule": LOSS.rule, "found": LOSS.sentence, "objects": list(LOSS.objects)}
    return recorded(LossAccepted(**{**told, "person": person, **said}), actor_name=f"Person {person}")


def test_it_counts_once_two_persons_accepted_it() -> None:
    losses = AcceptedLosses([accepted("1"), accepted("1")])
    assert not losses.counts(LOSS.identity)
    assert losses.objects == frozenset()
    losses.take(accepted("2"))
    assert losses.counts(LOSS.identity)
    assert losses.objects == {"a" * 40}
    assert losses.in_words(LOSS.identity) == "Accepted on 2026-01-02 by Person 1 and Person 2."


def test_what_is_found_otherwise_is_another_finding() -> None:
    losses = AcceptedLosses([accepted("1"), accepted("2")])
    for other in (("I3", "POL-001 revision 1", "Two files are missing."), ("I12", LOSS.subject, LOSS.sentence)):
        assert not losses.counts(identity_of(*other))


def test_the_note_of_the_last_check_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert losses_in(tmp_path) == []
    (tmp_path / "secret_key").write_text("4f" * 32)
    told = losses_as_text([LOSS], tmp_path)
    (tmp_path / "losses.json").write_text(told)
    assert losses_in(tmp_path) == [LOSS]
    (tmp_path / "losses.json").write_text(told.replace("Its file", "Its title"))
    assert losses_in(tmp_path) == []
    (tmp_path / "losses.json").write_text("[{]")
    assert losses_in(tmp_path) == []
