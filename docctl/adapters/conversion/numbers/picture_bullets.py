"""Bullets that are pictures, which a page shows as plain dots, whatever the picture says."""

from collections.abc import Iterator, Sequence

from docctl.adapters.conversion.numbers.list_counting import Counted, Lists
from docctl.texts.short_list import told_of
from docctl.word_format.markup import WORD, Element, visible_text

_NAMED = 3
_LONGEST = 60


def picture_bullets_named(
    counted: Sequence[Counted], numbering: Element | None, styles: Element | None
) -> Iterator[str]:  # fmt: skip
    """Yield one sentence for the items whose bullet is a picture; what it shows may say something."""
    if not counted:
        return
    lists = Lists(numbering, styles)
    pictured = {
        place
        for place in {(each.list_name, each.level) for each in counted}
        if (level := lists.element_of(*place)) is not None and is_pictured(level)
    }
    found = [
        f"“{text[:_LONGEST]}”"
        for each in counted
        if (each.list_name, each.level) in pictured and (text := " ".join(visible_text(each.paragraph).split()))
    ]
    if found:
        before = told_of(found, _NAMED)
        yield f"Pictures stand in place of bullets in the Word file, the page shows plain dots: before {before}."


def is_pictured(level: Element) -> bool:
    """Say whether the bullet of a level is a picture."""
    return level.find(f"{WORD}lvlPicBulletId") is not None
