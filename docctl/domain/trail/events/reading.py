"""Reads events back: each as an object of the class that its act has."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeVar

from docctl.domain.trail.audit_trail import Event
from docctl.domain.trail.events import (
    approval,
    documents,
    intake,
    issued_files,
    notices,
    operations,
    people,
    personnel,
    retention,
    rights,
    settings,
    sign_in,
    trail,
    units,
)
from docctl.domain.trail.events.form import form_of
from docctl.domain.trail.events.recorded import CLASSES, Common, Details, Recorded
from docctl.domain.trail.record import said_in

CHAPTERS = (
    settings, units, people, personnel, sign_in, rights, documents, approval, issued_files, intake, retention, notices,
    operations, trail,
)  # fmt: skip
D = TypeVar("D", bound=Details)


def read(said: Mapping[str, Any], record: str = "") -> Recorded[Details]:
    """Return an event whose JSON was parsed, joined with its record; raises ValueError where it says too little.

    What earlier versions did not record reads as the field says; what no field is known for is kept aside.
    """
    aside: dict[str, Any] = {}
    common = form_of(Common)
    within = said_in(record, said["record"]) if "record" in said else {}
    if "record" in said:
        said = common.join(said, within)
    values = common.read(said, aside)
    kind = CLASSES[values["action"]]
    form = form_of(kind)
    if "record" in said:
        said = form.join(said, within)
    details = kind(**form.read(said, aside))
    aside |= {name: said[name] for name in said.keys() - common.names - form.names}
    return Recorded(**values, details=details, is_without_record=within is None, aside=aside)


def read_event(event: Event) -> Recorded[Details]:
    """Return what an event and its record say."""
    return read(json.loads(event.text), event.record)


@lru_cache(maxsize=4000)
def read_again(text: str, record: str = "") -> Recorded[Details]:
    """Return what an event and its record say; those of what people work on are asked for again and again."""
    return read(json.loads(text), record)


def readable(texts: Iterable[str]) -> Iterator[Recorded[Details]]:
    """Give out the events of texts, without those that were changed beyond reading, of which verify tells."""
    for text in texts:
        with suppress(ValueError):
            yield read(json.loads(text))


def details_of(event: Event, kind: type[D]) -> D:
    """Return the details of an event that is known to be of an act; raises ValueError where it is of another."""
    details = read_event(event).details
    if not isinstance(details, kind):
        raise ValueError(f"event {event.seq} is of the act {event.act}")
    return details
