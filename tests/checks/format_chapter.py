"""Writes the manual's chapter on the format of events, docs/format.md, from the classes of the acts.

``python -m tests.checks.format_chapter`` writes it anew; a test holds the file equal to what this would write.
"""

import inspect
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

from docctl.domain.trail.events.form import FieldForm, form_of
from docctl.domain.trail.events.reading import CHAPTERS
from docctl.domain.trail.events.recorded import CLASSES, Common, Details

CHAPTER = Path(__file__).resolve().parents[2] / "docs" / "format.md"
BEGINNING = """\
# What events say

Everything that happens in a library is an event of its audit trail, kept as JSON. [For auditors](auditing.md) says how
events are chained, signed and laid down in Git, and how to check them without docctl. This chapter says what an event
of each act says. It is written from the program's own classes by `make format-chapter`; do not edit it.

A *day* is written as `2026-03-31`, a *time* with its zone, to the microsecond where nothing else is said. *Or empty*
means an empty text where there is nothing to say. What events of earlier versions may lack is named, with what it reads
as; what an event says beyond the fields of its act is kept as it is, and ignored.

What *lies apart* does not stand in the event, but in its record: JSON `{"event": NUMBER, "said": {...}, "salt": SALT}`
with sorted keys, no spaces and a random salt of 32 bytes, whose SHA-256 the event holds as `record`. A record can be
disposed of while its event, the chain and the ledger stay as they are. The reason of every act lies apart, but for
ISSUED, whose reason is printed in files that are signed and issued. Events of earlier versions say all of it
themselves.

## Every event

"""


ENDING = """
## The tree, its heads and proofs

The leaves of all events, in order, are the leaves of a tree as RFC 6962 has it: an inner node is `SHA-256(0x01 left
right)`. Event N is leaf N - 1. Formats are those of c2sp.org: `signed-note`, `tlog-checkpoint`, `tlog-cosignature`
(Ed25519, `cosignature/v1`), `tlog-witness`, `tlog-proof`. BASE64 is that of RFC 4648, section 4.

**The origin** is `docctl.invalid/` and the SHA-256, in hex digits, of the first key of the ledger (the bytes after
`ssh-ed25519` in BASE64); after `library:restored`, `audit_trail:key_lost` or `audit_trail:history_broken` moreover
`/`, the number of the newest such event, `-`, and the first 12 hex digits of the chain up to it.

**A head** is a signed note: three lines (the origin; how many events; BASE64 of the root), an empty line, and a
line for each signature, `\N{EM DASH} NAME BASE64(ID SIGNED)`. A key is written `NAME+ID+BASE64(TYPE PUBLIC)`: ID is
the first four bytes of `SHA-256(NAME 0x0A TYPE PUBLIC)`, in hex digits; TYPE is one byte:

| type | who | SIGNED |
|---|---|---|
| `0x01` | the library; NAME is the origin, the key is the ledger's | 64 bytes, Ed25519 over the three lines |
| `0x04` | a witness | 8 bytes, seconds since 1970, the highest first; 64 bytes, Ed25519 over `WHEN` and the lines |

`WHEN` are the lines `cosignature/v1` and `time SECONDS`; every line that is signed has its line end.

**A request** to a witness is the body of `POST /add-checkpoint`: `old N` (how many events the newest head had that
the witness co-signed, 0 for none), a line of BASE64 for each hash of the proof of consistency, an empty line, the
head. Before it stands, for each key of the ledger that followed another one since, `docctl-key-rotation/v1 FILE
COMMIT BEFORE` (each in BASE64: the ledger's file of that event, its signed commit, the 32 bytes of the chain
before), the hashes of the proof of its inclusion, one in a line, and an empty line. The answer is the witness's
signature line with 200; 400 what is no request; 403 a key that is not known; 404 an origin that is not known; 409,
as `text/x.tlog.size`, how many events it saw; 422 a tree that does not begin with that. A request in a file is the
same; the answer in a file is the head with the signature under it. `GET /heads/ORIGIN` gives the newest head that
was co-signed, `GET /key` the key of the witness.

**A proof** of an event is `c2sp.org/tlog-proof@v1`, `index N` (its number less one), the hashes from the leaf's
neighbour up to the root, one in a line, an empty line, and the head. Beside it lies the ledger's file of the event.
"""


def chapter() -> str:
    """Return the chapter as its file has it."""
    issued = ", ".join(f"`{act.value}`" for act, kind in sorted(CLASSES.items()) if kind.reason_is_issued)
    beginning = BEGINNING.replace("ISSUED", issued) + "\n".join(_table(Common))
    return "\n".join([beginning, *_acts(), *_parts()]) + "\n" + ENDING


def _acts() -> Iterator[str]:
    for module in CHAPTERS:
        yield f"\n## {module.__name__.rpartition('.')[2].replace('_', ' ').capitalize()}"
        yield f"\n{inspect.getdoc(module)}"
        for act, kind in CLASSES.items():
            if kind.__module__ == module.__name__:
                yield f"\n### `{act.value}`\n\n{inspect.getdoc(kind)}"
                yield from ["", *_table(kind)] if fields(kind) else []  # type: ignore[arg-type]


def _parts() -> Iterator[str]:
    """Describe the objects that stand within events, each once."""
    found: dict[type, None] = {}
    for kind in CLASSES.values():
        for hint in get_type_hints(kind).values():
            found |= dict.fromkeys(_dataclasses_in(hint))
    yield "\n## Objects within events"
    for part in sorted(found, key=lambda each: each.__name__):
        yield f"\n### {part.__name__}\n\n{inspect.getdoc(part)}\n"
        yield from _table(part)


def _dataclasses_in(hint: Any) -> Iterator[type]:
    if is_dataclass(hint) and isinstance(hint, type):
        yield hint
    for inner in get_args(hint):
        yield from _dataclasses_in(inner)


def _table(kind: type[Details] | type[Any]) -> list[str]:
    rows = [f"| `{each.name}` | {_kind(each)} | {_in_words(each)} |" for each in form_of(kind).fields]
    return ["| field | kind | what it says |", "|---|---|---|", *rows]


def _kind(field: FieldForm) -> str:
    return field.kind.name.removesuffix(" or null") if field.is_left_out else field.kind.name


def _in_words(field: FieldForm) -> str:
    if field.apart is not None:
        return f"{field.meaning} Lies apart, in the event's record."
    if field.is_left_out:
        return f"{field.meaning} Left out where there is nothing to say."
    if field.earlier is None:
        return field.meaning
    value = field.earlier.value
    reads = f", and read as {json.dumps(value, ensure_ascii=False)}" if value is not None else ""
    return f"{field.meaning} Events of earlier versions may lack it{reads}."


if __name__ == "__main__":
    CHAPTER.write_text(chapter(), encoding="utf-8")
