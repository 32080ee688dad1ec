"""What runs along with every page, in headers and footers: print compared with the Word file."""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from docctl.domain.issued_files.read_back import Difference, Fault, ReadFrom
from docctl.domain.issued_files.reading_forms import is_right_to_left, letters_in
from docctl.domain.issued_files.readings import LINES, Reading

_COUNTING = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES", LINES})
_DIGITS = re.compile("[0-9]+")
_QUOTING = frozenset({"STYLEREF", "REF"})


def running_differences(word: Reading, printed: Reading) -> list[Difference]:
    """Return what print has in headers and footers that no header or footer of the Word file says, each once.

    Compared are letters and digits, line by line, because how far words stand apart hangs on the page. Numbers that are
    counted, and what a field quotes from the text, are left out; so are letters from the right, which have no order.
    """
    quoted = word.passages if word.running_fields & _QUOTING else ()
    # The first row of a table may be printed again above the text of each page that it goes on to.
    heads = (each for each in word.passages if each.cell and not each.cell.row)
    lines = [*word.running, *(each.text for each in (*quoted, *heads))]
    told = sorted({letters for line in lines if (letters := letters_in(line))}, key=len, reverse=True)
    found: dict[tuple[str, ...], Difference] = {}
    for page in dict.fromkeys(printed.beside):
        left = [line for line in _left(page, told) if not _is_counted(line, word.running_fields)]
        if left:
            shown = " ".join(" ".join(text for text, is_outside in page if is_outside).split())
            longest = max(left, key=len)
            around = next((letters for text, _ in page if longest in (letters := letters_in(text))), longest)
            stretch = _nearest(around, word.running)
            nearest = next((each for each in word.running_paragraphs if stretch and stretch in each), stretch)
            words = tuple(_DIGITS.sub("", line) if word.running_fields & _COUNTING else line for line in left)
            found.setdefault(words, Difference(ReadFrom.PDF, Fault.RUNNING, "", nearest, shown))
    return list(found.values())


def _left(page: Sequence[tuple[str, bool]], told: Iterable[str]) -> Iterator[str]:
    """Yield the letters above and below the text of a page that are in no line of the Word file."""
    letters = [("" if is_right_to_left(text) else letters_in(text), is_outside) for text, is_outside in page]
    whole = "".join(text for text, _ in letters)
    is_left = [is_outside for text, is_outside in letters for _ in text]
    for line in told:
        for found in re.finditer(re.escape(line), whole):
            is_left[slice(*found.span())] = [False] * len(line)
            whole = whole[: found.start()] + "\0" * len(line) + whole[found.end() :]
    rest = "".join(letter if stays else "\0" for letter, stays in zip(whole, is_left, strict=True))
    return (line for line in rest.split("\0") if line)


def _is_counted(line: str, fields: frozenset[str]) -> bool:
    is_number = line.isdigit() or (len(line) < 7 and set(line) <= set("ivxlc"))
    return is_number and bool(fields & _COUNTING)


def _nearest(line: str, told: Iterable[str]) -> str:
    by_letters = {letters_in(each): each for each in told}
    return next((by_letters[near] for near in get_close_matches(line, by_letters, 1, 0.3)), "")
