"""A record: what an event says of people beyond number, printed name and role; it lies apart from the ledger.

The event holds the SHA-256 of its record, whose salt lets nobody guess what it said once it was disposed of.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Iterable
from typing import Any

GONE = "disposed of, or not here"
_FORM = re.compile(r'\{"event":([0-9]{1,15}),"said":\{.*\},"salt":"[0-9a-f]{64}"\}', re.DOTALL)


def record_text(seq: int, said: dict[str, Any]) -> str:
    """Return the one text of an event's record, in a line, with a new salt."""
    record = {"event": seq, "said": said, "salt": secrets.token_hex(32)}
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def record_hash(text: str) -> str:
    """Return the SHA-256 of a record."""
    return hashlib.sha256(text.encode()).hexdigest()


def event_of(text: str) -> int:
    """Return the number of the event that a record belongs to, 0 where the text is no whole record."""
    found = _FORM.fullmatch(text)
    return int(found[1]) if found is not None else 0


def said_in(text: str, sha256: str) -> dict[str, Any] | None:
    """Return what a record says; None where it is not here, or is another one than its event holds the hash of."""
    if not text or record_hash(text) != sha256:
        return None
    return dict(json.loads(text)["said"])


def words_of(text: str) -> set[str]:
    """Return every text that a record says, wherever within it."""
    said, found = [json.loads(text)["said"]] if text else [], set[str]()
    while said:
        value = said.pop()
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, dict | list):
            said += value.values() if isinstance(value, dict) else value
    return found


def merged(apart: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """Return what a record and its event say together; where both say something, the event counts."""
    both = {**apart, **said}
    for name in apart.keys() & said.keys():
        if isinstance(apart[name], dict) and isinstance(said[name], dict):
            both[name] = merged(apart[name], said[name])
    return both


def told_reason(said: dict[str, Any], record: str) -> str:
    """Return the reason that an event or its record says."""
    if "reason" in said or "record" not in said:
        return str(said.get("reason", ""))
    within = said_in(record, str(said["record"]))
    return GONE if within is None else str(within.get("reason", ""))


def in_stretches(numbers: Iterable[int]) -> list[str]:
    """Return numbers of events as stretches of neighbours, such as 3-17."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return [str(first) if first == last else f"{first}-{last}" for first, last in found]


def of_stretches(stretches: Iterable[str]) -> set[int]:
    """Return the numbers of events that stretches name."""
    ends = (each.partition("-") for each in stretches)
    return {number for first, _, last in ends for number in range(int(first), int(last or first) + 1)}
