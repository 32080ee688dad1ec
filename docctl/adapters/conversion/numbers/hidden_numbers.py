"""Numbers of lists and headings that Word hides or strikes out, because the level says so, and the page does not."""

from collections.abc import Iterator, Sequence

from docctl.adapters.conversion.numbers.list_counting import Counted, Lists
from docctl.texts.short_list import told_of
from docctl.word_format.markup import WORD, Element, visible_text
from docctl.word_format.run_styles import is_on

_NAMED = 5
_LONGEST = 60


def hidden_numbers_named(
    counted: Sequence[Counted], numbering: Element | None, styles: Element | None
) -> Iterator[str]:  # fmt: skip
    """Yield a sentence for the numbers that only Word hides or print strikes out, with what stands behind them."""
    if not counted:
        return
    lists = Lists(numbering, styles)
    levels = {place: lists.element_of(*place) for place in {(each.list_name, each.level) for each in counted}}
    for said, names in (
        ("Numbers that Word hides are shown", ("vanish",)),
        ("Numbers that Word and the PDF strike out are not struck out on the page", ("strike", "dstrike")),
    ):
        places = {
            place
            for place, level in levels.items()
            if level is not None and any(is_on(level.find(f"{WORD}rPr/{WORD}{name}")) for name in names)
        }
        told = [
            f"“{each.label.text}” before “{text[:_LONGEST]}”"
            for each in counted
            if (each.list_name, each.level) in places
            and each.label.text
            and (text := " ".join(visible_text(each.paragraph).split()))
        ]
        if told:
            yield f"{said}: {told_of(told, _NAMED)}."
