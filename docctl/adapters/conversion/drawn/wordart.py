"""Words that a Word file draws as shapes, as WordArt does: print shows them, the page has no form for them."""

from collections import defaultdict
from collections.abc import Iterator

from docctl.word_format.markup import VML, WORD, Element, visible_text
from docctl.word_format.styles import heading_level


def drawn_words_named(root: Element, levels: dict[str, int]) -> Iterator[str]:
    """Yield a sentence for the words that are drawn under each heading."""
    drawn: dict[str, list[str]] = defaultdict(list)
    heading = ""
    for piece in root.iter(f"{WORD}p", f"{VML}textpath"):
        if piece.tag == f"{VML}textpath":
            words = " ".join(piece.get("string", "").split())
            drawn[heading].extend([f"“{words}”"] if words else [])
        elif heading_level(piece, levels) is not None:
            heading = " ".join(visible_text(piece).split()) or heading
    for place, told in drawn.items():
        if told:
            under = f" under “{place}”" if place else ""
            beginning = "Words drawn as WordArt stand only in the Word file and its PDF, not on the page"
            yield f"{beginning}{under}: {'; '.join(told)}."
