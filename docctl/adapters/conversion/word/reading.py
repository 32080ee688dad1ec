"""From Word to Markdown, with every picture, the title and the number recognised, and each loss named."""

from collections import Counter
from collections.abc import Iterator

from docctl.adapters.conversion.drawn.word_pictures import PreparedWord
from docctl.adapters.conversion.pandoc import MARKDOWN, convert, title_apart
from docctl.adapters.conversion.word.preparing import prepared, word_facts
from docctl.adapters.conversion.word.running import running_named
from docctl.domain.intake.recognition import recognised
from docctl.texts.converted_document import ConvertedDocument
from docctl.texts.shouted_title import in_ordinary_case
from docctl.word_format.facts import WordFacts, loss_of_words, share_arrived

RECALL_EXPECTED = 0.99
_NAMED = 5


def word_to_markdown(docx: bytes, *, is_text_only: bool = False, organisation: str = "") -> ConvertedDocument:
    """Convert a checked Word file; raises ConversionError where pandoc cannot read it.

    A file that is the text only has no title in it: no heading of such a file is taken out as one. The name of the
    organisation may stand on every page.
    """
    word = prepared(docx, is_text_only=is_text_only)
    title, number = ("", "") if is_text_only else recognised(word.evidence)
    options = (f"--metadata=known-title:{title}", f"--metadata=known-number:{number}")
    written = convert(word.docx, "docx", MARKDOWN, *options, filters=("word_reading",)).decode()
    words = (*_without(word.facts.own_words, word.hung_on), *word.drawn)
    share = share_arrived(words, written)
    title_line, text = title_apart(written)
    title = in_ordinary_case(title, text)
    losses = [*word.losses, *_left_open(word.facts)]
    if not is_text_only:
        losses.extend(running_named(word.running, written, title, number, organisation, word.facts.title))
    losses += [loss_of_words(words, written, share)] if share < RECALL_EXPECTED else []
    losses += _missing_pictures(word, text)
    return ConvertedDocument(text, word.pictures, tuple(dict.fromkeys(losses)), title, number, share, title_line)


def _without(words: tuple[str, ...], hung_on: list[str]) -> Iterator[str]:
    """Yield words but for those on which a number hangs, with which they are one."""
    gone = Counter(hung_on)
    for word in words:
        if gone[word]:
            gone[word] -= 1
        else:
            yield word


def recall(docx: bytes, text: str) -> float:
    """Return which share of a Word file's own words arrived in a text, counted without the conversion."""
    return share_arrived(word_facts(docx).own_words, text)


def _left_open(facts: WordFacts) -> Iterator[str]:
    """Name what is still open in the file, with who left it."""
    yield from facts.left_open
    for hidden in facts.hidden_texts:
        yield f"Text that Word hides is shown: “{hidden}”."
    for covered in dict.fromkeys(facts.covered_texts):
        yield (
            "Text in a cell that Word hides under the cell above was left out, but stays in the Word file: "
            f"“{covered}”."
        )
    if facts.in_capitals:
        named, more = "; ".join(f"“{each}”" for each in facts.in_capitals[:_NAMED]), len(facts.in_capitals) - _NAMED
        yield (
            "Word and the PDF draw in capitals what the page shows as it was typed: "
            f"{named}{f'; and {more} more' if more > 0 else ''}."
        )


def _missing_pictures(word: PreparedWord, text: str) -> Iterator[str]:
    pictures = sum(1 for name in word.pictures if name not in text)
    if pictures:
        yield f"{pictures} of {len(word.pictures)} pictures did not arrive; compare the text with the Word file."
