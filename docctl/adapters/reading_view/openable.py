"""What a text may be: what is saved under this rule can be opened, shown, compared and printed again in fair time.

Readers of Markdown try each mark of a paragraph that may open something (* _ ~ [ !) against all marks behind it. Their
work grows with the square of the marks in one paragraph, so it is these squares that are added up; for all else the
work grows with the length alone.
"""

import re
from collections.abc import Iterable, Iterator

from markdown_it.token import Token

from docctl.domain.documents.combining_marks import refuse_heaped_marks
from docctl.domain.errors import ConversionError

LONGEST_TEXT = 5_000_000
MOST_ENTANGLED = 10_000_000
FEW_MARKS = 100
DEEPEST_LINE = 300
LONGEST_WORD = 50_000
BEGINNING_SHOWN = 40
# What the print has to break anywhere, because it holds no place for a break: it takes a minute from here on.
_SIGN = r"[\x21-\x7e\u00a1-\u024f\u0370-\u04ff]"
_LONG_WORD = re.compile(rf"(?<!{_SIGN}){_SIGN}{{{LONGEST_WORD + 1},}}")
_HOLDS_WORDS = ("inline", "fence", "code_block", "html_block")
_MARKS = re.compile(r"[*_~\[\]!]")
_LINE_MARKS = re.compile(r"^[ \t>*+.)0-9-]+", re.MULTILINE)
_LINE_MARK = re.compile(r">|[*+.)-][ \t]")


def entanglement(paragraph: str) -> int:
    """Return how much work a paragraph is to read, in pairs of marks."""
    return len(_MARKS.findall(paragraph)) ** 2


def entangled(tokens: Iterable[Token]) -> Iterator[Token]:
    """Give the paragraphs of a text that go beyond what one text may be."""
    spent = 0
    for token in tokens:
        if token.type == "inline":
            work = entanglement(token.content)
            spent += work
            if spent > MOST_ENTANGLED and work > FEW_MARKS**2:
                yield token


def refuse_what_is_too_much(markdown: str, tokens: Iterable[Token]) -> None:
    """Raise ConversionError for a text that could not be opened again, with what is in the way."""
    if len(markdown) > LONGEST_TEXT:
        raise ConversionError("The text is longer than five million characters; split the document.")
    refuse_heaped_marks(markdown)
    for found in _LINE_MARKS.finditer(markdown):
        if len(found[0]) > DEEPEST_LINE and len(_LINE_MARK.findall(found[0])) > DEEPEST_LINE:
            raise ConversionError(
                "A line of the text is set in more than %(deepest_line)s quotations or lists; take those marks out.",
                deepest_line=DEEPEST_LINE,
            )
    tokens = list(tokens)
    for token in tokens:
        if token.type in _HOLDS_WORDS and (word := _LONG_WORD.search(token.content)) is not None:
            raise ConversionError(
                "The text holds %(count)s signs without a space, which begin “%(word)s…”, and no page can be "
                "made of more than %(longest_word)s; divide them by spaces or lines.",
                count=f"{len(word[0]):,}",
                word=word[0][:BEGINNING_SHOWN],
                longest_word=f"{LONGEST_WORD:,}",
            )
    for token in entangled(tokens):
        beginning = " ".join(token.content[:BEGINNING_SHOWN].split())
        raise ConversionError(
            "The paragraph that begins “%(beginning)s…” has more marks such as *, _ and [ than can be read; "
            "split it, or write it as code.",
            beginning=beginning,
        )
