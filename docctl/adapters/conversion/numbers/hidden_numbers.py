"""Numbers of lists and headings that Word hides, because the level says so, while page and PDF show them."""

from collections.abc import Iterator, Sequence

from docctl.adapters.conversion.numbers.list_counting import Lists
from docctl.adapters.conversion.numbers.word_numbers import Counted
from docctl.word_format.markup import Element, visible_text
from docctl.word_format.run_styles import RunStyles, is_on

_NAMED = 5
_LONGEST = 60


def hidden_numbers_named(
    counted: Sequence[Counted], numbering: Element | None, styles: Element | None
) -> Iterator[str]:  # fmt: skip
    """Yield one sentence for the numbers that only Word hides, with what stands behind them."""
    lists, looks = Lists(numbering, styles), RunStyles(styles)
    hidden = {
        place
        for place in {(each.list_name, each.level) for each in counted}
        if (level := lists.element_of(*place)) is not None and is_on(looks.stated(level, "vanish"))
    }
    told = [
        f"“{each.label.text}” before “{text[:_LONGEST]}”"
        for each in counted
        if (each.list_name, each.level) in hidden
        and each.label.text
        and (text := " ".join(visible_text(each.paragraph).split()))
    ]
    if told:
        more = f"; and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
        yield f"Numbers that Word hides are shown: {'; '.join(told[:_NAMED])}{more}."
