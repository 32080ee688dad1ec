"""Which acts stop when a check finds something changed: those that depend on it; all where that may be anything."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

EVERYTHING = "everything"
MOST_THINGS = 200


class Stop(StrEnum):
    """What is changed, and with it which acts stop."""

    EVERYTHING = EVERYTHING
    """Every act: the chain itself is in doubt, or nobody can say what depends on it."""
    ACCOUNT = "account"
    """What this account does, and its sign-in."""
    DOCUMENT = "document"
    """What is done to this document: writing, submitting, signing, issuing, withdrawing, disposing."""
    TYPE = "document type"
    """Creating and submitting documents of this type."""
    ROUTE = "approval route"
    """Submitting to this route."""
    DISPOSAL = "disposal"
    """Proposing, authorising and declining to dispose of any document."""
    AT_USE = "whatever relies on it"
    """Nothing beforehand: whoever relies on the row is refused then, because it is not as its event made it."""


# Of a row that is not as events make it, by its table.
OF_TABLES: dict[str, Stop] = {
    "organisation": Stop.EVERYTHING,
    "units": Stop.EVERYTHING,
    "people": Stop.AT_USE,
    "users": Stop.ACCOUNT,
    "declarations": Stop.ACCOUNT,
    "delegations": Stop.AT_USE,
    "audit_engagements": Stop.AT_USE,
    "witnesses": Stop.AT_USE,
    "document_types": Stop.TYPE,
    "approval_routes": Stop.ROUTE,
    "retention_rules": Stop.DISPOSAL,
    "legal_holds": Stop.DISPOSAL,
    "disposals": Stop.DISPOSAL,
    "retentions": Stop.DOCUMENT,
    "documents": Stop.DOCUMENT,
    "revisions": Stop.DOCUMENT,
    "saved_drafts": Stop.DOCUMENT,
    "adopted_revisions": Stop.DOCUMENT,
    "clause_citations": Stop.DOCUMENT,
    "mentions": Stop.DOCUMENT,
    "signatures": Stop.DOCUMENT,
    "review_comments": Stop.DOCUMENT,
    "differences_let_stand": Stop.DOCUMENT,
    "duties": Stop.DOCUMENT,
}


def thing(stop: Stop, name: str = "") -> str:
    """Return what stops in a word and its name, such as ``document POL-007``."""
    return f"{stop.value} {name.upper() if stop == Stop.DOCUMENT else name}".strip()


def of_row(table: str, about: str) -> str:
    """Return what stops where a row of a table is not as events make it, by what the row is about."""
    stop = OF_TABLES.get(table, Stop.EVERYTHING)
    if stop == Stop.DOCUMENT:
        return of_document(about)
    if stop in (Stop.TYPE, Stop.ROUTE):
        return thing(stop, about.removeprefix(f"{stop.value} "))
    return thing(stop, about if stop == Stop.ACCOUNT else "")


def of_document(name: str) -> str:
    """Return what stops where something of a document is changed, by its number or the name of a revision of it."""
    return thing(Stop.DOCUMENT, name.partition(" revision ")[0])


@dataclass(frozen=True)
class Stopped:
    """What stopped, and why, in one sentence."""

    things: frozenset[str] = frozenset()
    reason: str = ""

    @classmethod
    def of(cls, things: Iterable[str], reason: str) -> "Stopped":
        """Return what stopped; too many things are everything, and what is refused at use stops nothing beforehand."""
        found = frozenset(things)
        if EVERYTHING in found or len(found) > MOST_THINGS:
            return cls(frozenset({EVERYTHING}), reason)
        return cls(found, reason)

    @property
    def is_everything(self) -> bool:
        """Whether nothing at all is recorded."""
        return EVERYTHING in self.things

    def includes(self, stop: Stop, name: str = "") -> bool:
        """Say whether acts that depend on a thing have stopped."""
        return self.is_everything or thing(stop, name) in self.things

    def and_(self, other: "Stopped") -> "Stopped":
        """Return both together; the reason that is known stays, unless the other one stops everything."""
        widens = not self.reason or (other.is_everything and not self.is_everything)
        return Stopped.of(self.things | other.things, other.reason if widens else self.reason)

    @property
    def counted(self) -> dict[str, int]:
        """How many things of each kind have stopped, for whoever is told no name."""
        kinds = sorted((stop.value for stop in Stop), key=len, reverse=True)
        return dict(Counter(next(kind for kind in kinds if each.startswith(kind)) for each in sorted(self.things)))

    @property
    def in_words(self) -> str:
        """What stopped, as people read it."""
        return ", ".join(sorted(self.things))


NOTHING_STOPPED = Stopped()
