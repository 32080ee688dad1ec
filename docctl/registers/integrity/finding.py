"""What a check of the library finds: one sentence each, whether it mends itself, and what brings it back."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from docctl.domain.operations.accepted_losses import AcceptedLosses, Loss
from docctl.domain.operations.stops import EVERYTHING

REPAIRABLE = "repairable"
BROKEN = "broken"
UNAUTHORISED = "unauthorised"
UNPROVEN = "unproven"
UNCHECKED = "unchecked"
NOTED = "noted"
ACCEPTED = "accepted"

Progress = Callable[[str, int, int], None]

REPAIR = "docctl repair"
ADOPT = "docctl repair --adopt-git"
FETCH = "docctl repair --fetch MIRROR, where MIRROR is a mirror, a clone, a bundle or a backup that still has it"
REBUILD = (
    "Set the database aside, then “docctl rebuild --from-git library.git”, because Git holds every event signed; "
    "or restore a backup with “docctl restore”"
)
RESTORE = "Find out who did it, keep the data folder as evidence, then restore a backup with “docctl restore”"
LOOK_INTO = "Find out who did it and who changed the database, and decide what the act is still worth"
NOT_OURS = "Take it elsewhere, unless you know what put it there"
KEYS = "Bring the folder keys/ back from its copy; only where none is left: docctl rotate-key --lost"
_REMEDIES = {"I2": REBUILD, "I3": FETCH, "I4": REBUILD, "I5": REBUILD}


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be; broken is changed or lost.

    Unauthorised is an act to which nobody had a right: it stays on record, and nothing else stops for it.
    Repairable is what followers catch up with; for what is unproven only a witness outside can vouch; of what is
    unchecked nobody can say anything; what is only noted, or was accepted by two persons, leaves the library sound.
    """

    severity: str
    rule: str
    subject: str
    sentence: str
    remedy: str = RESTORE
    stops: str = ""
    objects: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()

    @property
    def loss(self) -> Loss | None:
        """What may be accepted where nothing mends it; nothing where something does, or the chain is in doubt."""
        is_lost = self.severity == BROKEN and self.stops != EVERYTHING
        is_lost = is_lost and (self.rule == "records" or (self.rule == "I3" and bool(self.objects)))
        if self.severity != UNAUTHORISED and not is_lost:
            return None
        return Loss(self.rule, self.subject, self.sentence, self.objects, self.stops, wrong=self.wrong)

    def as_accepted(self, accepted: AcceptedLosses) -> "Finding":
        """Return the finding as two persons accepted it, or with who did first; itself where nobody has."""
        if self.objects and self.severity == BROKEN and accepted.covers(self.objects, self.wrong):
            identity = self.loss.identity if self.loss is not None else ""
            of_another = "It is part of a loss that was accepted."
            said = accepted.in_words(identity) if accepted.counts(identity) else of_another
            return replace(self, severity=ACCEPTED, sentence=f"{self.sentence} {said}", remedy="", stops="")
        loss = self.loss
        if loss is None or not accepted.by(loss.identity):
            return self
        said = accepted.in_words(loss.identity)
        if not accepted.counts(loss.identity):
            return replace(self, remedy=f"{said} A second person has to, by “docctl accept-loss” or its page")
        return replace(self, severity=ACCEPTED, sentence=f"{self.sentence} {said}", remedy="", stops="")


def broken(
    rule: str, subject: str, sentence: str, remedy: str = "", stops: str = EVERYTHING, objects: tuple[str, ...] = (),
    wrong: tuple[str, ...] = (),
) -> Finding:  # fmt: skip
    """Return a finding of something that was changed from outside, or lost: what brings it back, and what stops."""
    return Finding(BROKEN, rule, subject, sentence, remedy or _REMEDIES.get(rule, RESTORE), stops, objects, wrong)


def unauthorised(rule: str, subject: str, sentence: str) -> Finding:
    """Return a finding of an act for which something was changed from outside, whatever was put back since."""
    return Finding(UNAUTHORISED, rule, subject, sentence, LOOK_INTO)


def repairable(rule: str, subject: str, sentence: str) -> Finding:
    """Return a finding of something that is only behind, and is caught up with."""
    return Finding(REPAIRABLE, rule, subject, sentence, REPAIR)


def unproven(rule: str, subject: str, sentence: str, remedy: str) -> Finding:
    """Return a finding of what may be as it says, or forged: nothing in the library itself can tell."""
    return Finding(UNPROVEN, rule, subject, sentence, remedy)


def unchecked(rule: str, subject: str, sentence: str, remedy: str = "") -> Finding:
    """Return a finding that says what could not be checked, and why."""
    return Finding(UNCHECKED, rule, subject, sentence, remedy)


def noted(rule: str, subject: str, sentence: str, remedy: str = "") -> Finding:
    """Return a finding of something that has a reason and is no fault."""
    return Finding(NOTED, rule, subject, sentence, remedy)
