"""Reads events back: each as an object of the class that its act has."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
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
    retention,
    rights,
    settings,
    sign_in,
    trail,
)
from docctl.domain.trail.events.form import form_of
from docctl.domain.trail.events.recorded import CLASSES, Common, Details, Recorded

CHAPTERS = (
    settings, people, sign_in, rights, documents, approval, issued_files, intake, retention, notices, operations, trail
)  # fmt: skip
D = TypeVar("D", bound=Details)


def read(said: Mapping[str, Any]) -> Recorded[Details]:
    """Return an event whose JSON was parsed; raises ValueError where it does not say what its act has to say.

    What earlier versions did not record reads as the field says; what no field is known for is kept aside.
    """
    aside: dict[str, Any] = {}
    common = form_of(Common)
    values = common.read(said, aside)
    kind = CLASSES[values["action"]]
    form = form_of(kind)
    details = kind(**form.read(said, aside))
    aside |= {name: said[name] for name in said.keys() - common.names - form.names}
    return Recorded(**values, details=details, aside=aside)


def read_event(event: Event) -> Recorded[Details]:
    """Return what an event says."""
    return read(json.loads(event.text))


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
