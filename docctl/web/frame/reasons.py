"""The one page that asks for a reason: what is about to be done, what will happen, why, and the button."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from flask import render_template

from docctl.domain.errors import DocctlError
from docctl.web.frame.sent_forms import sent


class WayBack(TypedDict):
    """What the pages of several acts on the same thing have in common: address, trail, way back and icon."""

    address: str
    trail: tuple[tuple[str, str | None], ...]
    way_back: tuple[str, str]
    icon: str


@dataclass(frozen=True)
class ReasonAsked:
    """An act that needs a reason, in the words of the page that asks for it.

    The question is why; the button does it at the address; the trail leads to here; the way back is label and address.
    """

    title: str
    heading: str
    what_happens: str
    question: str
    button: str
    address: str
    trail: tuple[tuple[str, str | None], ...] = ()
    way_back: tuple[str, str] | None = None
    icon: str = ""
    kind: str = "primary"
    confirm: str = ""
    hint: str = ""
    rows: int = 1
    facts: tuple[tuple[str, str], ...] = ()
    hidden: Mapping[str, str] = field(default_factory=dict)
    impossible: str = ""


def reason_page(
    asked: ReasonAsked, refusal: DocctlError | None, template: str = "frame/reason.html", **known: object
) -> str:
    """Show the page that asks for a reason; a template of its own may ask for more, or for something else first."""
    return render_template(template, asked=asked, reason=sent("reason"), refusal=refusal, **known)
