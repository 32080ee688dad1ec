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

## Every event

"""


def chapter() -> str:
    """Return the chapter as its file has it."""
    return "\n".join([BEGINNING + "\n".join(_table(Common)), *_acts(), *_parts()]) + "\n"


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
    if field.is_left_out:
        return f"{field.meaning} Left out where there is nothing to say."
    if field.earlier is None:
        return field.meaning
    value = field.earlier.value
    reads = f", and read as {json.dumps(value, ensure_ascii=False)}" if value is not None else ""
    return f"{field.meaning} Events of earlier versions may lack it{reads}."


if __name__ == "__main__":
    CHAPTER.write_text(chapter(), encoding="utf-8")
