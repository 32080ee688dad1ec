"""A checkpoint: the head of the audit trail as a witness outside keeps it, in five lines of text."""

import re
from dataclasses import dataclass
from datetime import datetime

from docctl.domain.errors import InvalidInputError

FIRST_LINE = "docctl checkpoint v1"
_FORM = re.compile(
    rf"{FIRST_LINE}\nlibrary (?P<key>SHA256:[A-Za-z0-9+/]{{43}}) (?P<organisation>[^\n]*)\n"
    r"seq (?P<seq>[1-9][0-9]{0,14})\n"
    r"chain (?P<chain>[0-9a-f]{64}) (?P<commit>[0-9a-f]{40})\ntime (?P<time>[0-9T:.+-]{25,32})\n",
    re.ASCII,
)
_PRINTED = re.compile(r"(?P<seq>[1-9][0-9]{0,14}):(?P<chain>[0-9a-f]{12,64})", re.ASCII)


@dataclass(frozen=True)
class Checkpoint:
    """How far the audit trail of a library reached at a moment, and the chain up to there."""

    library: str
    organisation: str
    seq: int
    chain: str
    ledger_commit: str
    at: datetime

    @property
    def text(self) -> str:
        """The five lines that are signed."""
        return (
            f"{FIRST_LINE}\nlibrary {self.library} {' '.join(self.organisation.split())}\nseq {self.seq}\n"
            f"chain {self.chain} {self.ledger_commit}\ntime {self.at.isoformat(timespec='microseconds')}\n"
        )

    @property
    def file_name(self) -> str:
        """The name of its file: the day and the number of its last event."""
        return f"checkpoint-{self.at:%Y-%m-%d}-{self.seq:06d}.txt"

    @classmethod
    def read(cls, text: str) -> "Checkpoint":
        """Read a checkpoint back; raise InvalidInputError where it is none."""
        found = _FORM.fullmatch(text)
        try:
            at = datetime.fromisoformat(found["time"]) if found else None
        except ValueError:
            at = None
        if found is None or at is None or at.tzinfo is None:
            raise InvalidInputError(
                "This is not a checkpoint of docctl: it does not have the five lines of one; "
                "name the file that “docctl checkpoint” wrote."
            )
        return cls(found["key"], found["organisation"], int(found["seq"]), found["chain"], found["commit"], at)


@dataclass(frozen=True)
class PrintedHead:
    """The head of the chain as an issued PDF prints it: the number of an event, and the beginning of its chain."""

    seq: int
    chain: str

    @classmethod
    def read(cls, text: str) -> "PrintedHead":
        """Read what somebody typed from a page; raise InvalidInputError where it is no head."""
        found = _PRINTED.fullmatch(text.strip().lower())
        if found is None:
            raise InvalidInputError(
                "“%(text)s” is not a head of the chain; give it as NUMBER:CHAIN, with at least twelve signs "
                "of the chain.",
                text=text,
            )
        return cls(int(found["seq"]), found["chain"])
