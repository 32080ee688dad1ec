"""What a check of the library tells: each finding, what was counted, and the outcome that names what was not seen."""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from docctl.domain.trail.outcome import Outcome
from docctl.registers.integrity.finding import (
    ACCEPTED,
    BROKEN,
    NOTED,
    REPAIRABLE,
    UNAUTHORISED,
    UNCHECKED,
    UNPROVEN,
    Finding,
)

_OUTCOMES = {
    BROKEN: Outcome.CHANGED,
    UNAUTHORISED: Outcome.CHANGED,
    UNCHECKED: Outcome.UNCHECKED,
    REPAIRABLE: Outcome.BEHIND,
    UNPROVEN: Outcome.BEHIND,
    NOTED: Outcome.SOUND,
    ACCEPTED: Outcome.SOUND,
}


@dataclass(frozen=True)
class IntegrityReport:
    """What was checked and what was found."""

    findings: tuple[Finding, ...]
    checked: dict[str, int]
    head_seq: int
    head_chain: str
    started_at: datetime
    finished_at: datetime
    witnessed: tuple[str, ...] = ()

    @property
    def exit_code(self) -> Outcome:
        """The most serious of what was found."""
        found = {_OUTCOMES[finding.severity] for finding in self.findings}
        return next((each for each in Outcome.most_serious_first() if each in found), Outcome.SOUND)

    @property
    def doubt(self) -> str:
        """What was changed, lost, or could not be checked, in the first sentence about it; nothing where all was."""
        doubtful = (finding for finding in self.findings if finding.severity in (BROKEN, UNCHECKED))
        return next((finding.sentence for finding in doubtful), "")

    @property
    def summary(self) -> str:
        """The outcome in one sentence."""
        found = Counter(finding.severity for finding in self.findings)
        counted = ", ".join(f"{count:,} {what}" for what, count in self.checked.items()) or "nothing"
        unseen = f"{found[UNCHECKED]} things could not be checked"
        if found[BROKEN]:
            told = f"The library is not sound: {found[BROKEN]} things were changed or lost"
            told += f", and {unseen}" if found[UNCHECKED] else ""
        elif found[UNAUTHORISED]:
            told = f"Nothing is changed or lost now, but {found[UNAUTHORISED]} acts had no authority"
        elif found[UNCHECKED]:
            told = f"Nobody can say whether the library is sound: {unseen}"
        elif found[REPAIRABLE]:
            told = f"Nothing was changed or lost, but {found[REPAIRABLE]} things are behind"
        elif found[UNPROVEN]:
            told = "Nothing here was changed or lost, but only a witness outside can vouch for it"
        else:
            accepted = f"; what {found[ACCEPTED]} findings name is lost, and was accepted" if found[ACCEPTED] else ""
            return f"The library is sound: {counted} checked{accepted}."
        return f"{told} ({counted} checked)."

    @property
    def lines(self) -> list[str]:
        """Each finding in a line, and after those that one remedy brings back, the remedy."""
        told = []
        for finding, following in zip(self.findings, (*self.findings[1:], None), strict=False):
            told.append(f"{finding.severity}  {finding.subject}: {finding.sentence}")
            if finding.remedy and (following is None or following.remedy != finding.remedy):
                told.append(f"  → {finding.remedy}")
        return told

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "sound": self.exit_code == Outcome.SOUND,
            "exit_code": int(self.exit_code),
            "summary": self.summary,
            "findings": [asdict(finding) for finding in self.findings],
            "checked": self.checked,
            "witnessed": list(self.witnessed),
            "head": {"seq": self.head_seq, "chain": self.head_chain},
            "started_at": self.started_at.isoformat(),
            "finished_at": self.finished_at.isoformat(),
        }
