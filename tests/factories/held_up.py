"""Revisions whose files say something else than the page, or cannot be made, by what really brings that about."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import docx

from docctl.actions.issued_files import letting_stand
from docctl.actions.issued_files.reading_back import measure
from tests.factories.library import Office

SIGN = "\U0001202d"
"""A cuneiform sign, for which no font that comes with docctl has a shape."""
SHAPELESS = f"# Purpose\n\nThe oldest form is {SIGN}, as everybody knows.\n"
SHAPELESS_PART = f"{SHAPELESS}\n# Scope\n\nIt applies to everybody.\n"
"""The same as one part of a text, whose first heading is not its title."""


def let_all_stand(office: Office, revision_id: int, login: str = "carla", reason: str = "It is only shown") -> None:
    """Let every difference that is found in a revision stand."""
    shown = office.revision(revision_id).fingerprint
    for key in dict.fromkeys(found.key for found in measure(office.control, revision_id).differences):
        letting_stand.let_stand(office.control, revision_id, office.people[login], key, reason, shown=shown)


@contextmanager
def broken_template(office: Office) -> Iterator[None]:
    """Damage the Word template of policies meanwhile, so that nothing can be issued in it."""
    with _template(office, lambda sound: b"no Word file"):
        yield


@contextmanager
def hiding_template(office: Office) -> Iterator[None]:
    """Let the Word template of policies meanwhile hide first paragraphs, so that the Word file shows none."""
    with _template(office, in_hiding):
        yield


def in_hiding(template: bytes, style: str = "First Paragraph") -> bytes:
    """A Word template whose paragraphs of a style are hidden."""
    document, hidden = docx.Document(io.BytesIO(template)), io.BytesIO()
    document.styles[style].font.hidden = True
    document.save(hidden)
    return hidden.getvalue()


@contextmanager
def _template(office: Office, changed: Callable[[bytes], bytes]) -> Iterator[None]:
    template = office.control.templates / "policy.docx"
    sound = template.read_bytes()
    template.write_bytes(changed(sound))
    yield
    template.write_bytes(sound)
