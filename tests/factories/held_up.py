"""Revisions whose files say something else than the page, or cannot be made, by what really brings that about."""

from collections.abc import Iterator
from contextlib import contextmanager

from docctl.actions import letting_stand
from docctl.actions.reading_back import measure
from tests.factories.library import Office

SIGN = "\U0001202d"
"""A cuneiform sign, for which no font that comes with docctl has a shape."""
SHAPELESS = f"# Purpose\n\nThe oldest form is {SIGN}, as everybody knows.\n"


def let_all_stand(office: Office, revision_id: int, login: str = "carla", reason: str = "It is only shown") -> None:
    """Let every difference that is found in a revision stand."""
    shown = office.revision(revision_id).fingerprint
    for found in measure(office.control, revision_id).differences:
        letting_stand.let_stand(office.control, revision_id, office.people[login], found.key, reason, shown=shown)


@contextmanager
def broken_template(office: Office) -> Iterator[None]:
    """Damage the Word template of policies meanwhile, so that nothing can be issued in it."""
    template = office.control.templates / "policy.docx"
    sound = template.read_bytes()
    template.write_bytes(b"no Word file")
    yield
    template.write_bytes(sound)
