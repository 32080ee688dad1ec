"""The question a person types into the search box: words, "phrases", beginnings* and filters such as type:policy."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from docctl.domain.documents.described_fields import Place, fields_at
from docctl.domain.search.entry import SearchNote
from docctl.texts.invisible_characters import INVISIBLE, LIKE_HYPHENS, with_plain_hyphens, without_invisible

LONGEST_QUERY = 2_000
MOST_UNITS = 120
MOST_COSTLY_UNITS = 4
SHORTEST_BEGINNING = 3
LONGEST_WORD = 64

_ONE_BY_ONE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_WITHOUT_SPACES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_MARKS = "".join(sign for sign in map(chr, range(0x300, 0x1E000)) if unicodedata.category(sign) in ("Mn", "Mc"))
_WITHIN = rf"(?:[{_MARKS}]|(?!\u200b)[{INVISIBLE}]|(?<![{_WITHOUT_SPACES}])\u200b)+"
_LETTERS = rf"[^\W_{_ONE_BY_ONE}\u115f\u1160\u3164\uffa0]+"  # these four are letters that nobody sees
_GOES_ON = rf"(?:(?=[^\x00-\xac])(?:{_WITHIN}{_LETTERS})*[{_MARKS}]*)?"
_WORD = re.compile(rf"{_LETTERS}{_GOES_ON}(?:\.\d+)*|[{_ONE_BY_ONE}][{_MARKS}]*")
_HYPHENS = "-" + LIKE_HYPHENS
_PIECE = re.compile(r'(?P<name>[A-Za-z]+):(?P<value>"[^"]*"?|[^\s"]+)|"(?P<phrase>[^"]*)"?|(?P<chunk>[^\s"]+)')
_NO_DECOMPOSITION = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"}
    | {"\u064a": "\u06cc", "\u0649": "\u06cc", "\u0643": "\u06a9", "\u0640": ""}  # Arabic and Persian yeh and kaf
    | {sign: str(unicodedata.decimal(sign)) for sign in map(chr, range(0x600, 0xFF00)) if sign.isdecimal()}
)
_CHANGES_THE_SOUND = (8, 9)  # of kana, and where a vowel is left out in Indic scripts: such a mark is no accent
_CLAUSE = re.compile(r"(?:^|[\s:,])((?:[A-Za-z]\.)?\d{1,3}(?:\.\d{1,3})*)$")
_NUMBER = re.compile(r"(?=\D*\d)\W*[^\W_]+(?:[-_:/][^\W_]+)+\W*")
_ANNEX = re.compile(r"\b(?:annex\s+)?a[\s.]*(?=\d)")
_NOT_IN_NAMES = {"clause", "clauses", "annex", "iec", "en", "din", "bs", "and", "control"}


def fold_text(text: str) -> str:
    """Return a text without case, accents, vowel points and whatever nobody sees."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", without_invisible(text).casefold())
    plain = "".join(letter for letter in decomposed if unicodedata.combining(letter) in (0, *_CHANGES_THE_SOUND))
    return plain.translate(_NO_DECOMPOSITION)


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Return the word without case and accents, as both the index and the question know it."""
    return fold_text(word)[:LONGEST_WORD]


def words_of(text: str) -> Iterator[tuple[str, int, int]]:
    """Give each word of a text, folded, with the place in the text where it starts and ends."""
    for match in _WORD.finditer(text):
        yield fold(match.group()), match.start(), match.end()


def joined_by_hyphen(text: str, first: tuple[str, int, int], second: tuple[str, int, int]) -> str:
    """Return two words of a text as the one word they make without the hyphen between them; else nothing."""
    between = without_invisible(text[first[2] : second[1]])
    return first[0] + second[0] if between in _HYPHENS and between and (first[0] + second[0]).isalpha() else ""


def word_end(text: str, start: int) -> int:
    """Return where the word that starts here ends."""
    match = _WORD.match(text, start)
    return match.end() if match else start


def plain_number(number: str) -> str:
    """Return a document number as people type it: POL-007, pol-007 and pol007 are the same."""
    return "".join(letter for letter in fold_text(number) if letter.isalnum())


@dataclass(frozen=True)
class Unit:
    """One thing a document has to contain: a word, a phrase of several words, or the beginning of a word."""

    words: tuple[str, ...]
    kind: str = "word"
    joined: str = field(default="", compare=False)  # "aeroelastic", where the question has "aero-elastic"


@dataclass(frozen=True)
class SearchQuery:
    """A question as read: what to look for, and the filters typed with it (values of one filter are alternatives)."""

    units: tuple[Unit, ...]
    filters: Mapping[str, tuple[str, ...]]
    number: str = ""
    notes: tuple[SearchNote, ...] = ()


def filter_names() -> dict[str, str]:
    """Return what can be typed before a colon, and the value of the index that is meant by it."""
    own = {name: name for name in ("type", "clause", "number", "state", "standard")}
    described = fields_at(Place.TYPED_FILTER)
    return own | {field.in_search_box: field.name if field.is_plain else field.in_search_box for field in described}


def parse(text: str) -> SearchQuery:
    """Read a question; anything that is not a phrase, a beginning or a known filter is taken literally as words."""
    notes: list[SearchNote] = []
    if len(text) > LONGEST_QUERY:
        notes.append(SearchNote("shortened"))
    text = unicodedata.normalize("NFC", text[:LONGEST_QUERY])
    units: dict[Unit, None] = {}
    filters: dict[str, tuple[str, ...]] = {}
    known = filter_names()
    for piece in _PIECE.finditer(text):
        name = (piece["name"] or "").casefold()
        if name in known:
            value = piece["value"].strip('"').strip()
            if value:
                filters[known[name]] = (*filters.get(known[name], ()), value)
            continue
        if name and len(name) > 1 and not piece["value"].startswith(("/", '"')):
            notes.append(SearchNote("unknown-filter", name))
        units.update(dict.fromkeys(_units_of_piece(piece, notes)))
    costly = [unit for unit in units if unit.kind != "word"][MOST_COSTLY_UNITS:]
    kept = tuple(unit for unit in units if unit not in costly)[:MOST_UNITS]
    if len(kept) < len(units):
        notes.append(SearchNote("shortened"))
    return SearchQuery(kept, filters, plain_number(text) if len(text) <= 80 else "", tuple(dict.fromkeys(notes)))


def _units_of_piece(piece: re.Match[str], notes: list[SearchNote]) -> Iterator[Unit]:
    """Give what one piece of the question asks for; POL-007 and 9001:2015 have to stand together."""
    if piece["phrase"] is not None:
        words = tuple(word for word, _, _ in words_of(piece["phrase"]))[:MOST_UNITS]
        if words:
            yield Unit(words, "phrase" if len(words) > 1 else "word")
        return
    chunk = piece.group()
    found = list(words_of(chunk))
    words = tuple(word for word, _, _ in found)
    if not words:
        return
    if _NUMBER.fullmatch(with_plain_hyphens(chunk)):
        yield Unit(words[:MOST_UNITS], "phrase" if len(words) > 1 else "word")
        return
    is_prefix = chunk.endswith("*") and fold(chunk.rstrip("*")).endswith(words[-1])
    joined = ["", *(joined_by_hyphen(chunk, *pair) for pair in pairwise(found)), ""]
    for at, word in enumerate(words[:-1] if is_prefix else words):
        yield Unit((word,), joined=joined[at] or joined[at + 1])
    if is_prefix and len(words[-1]) < SHORTEST_BEGINNING:
        notes.append(SearchNote("short-prefix", words[-1]))
        yield Unit((words[-1],))
    elif is_prefix:
        yield Unit((words[-1],), "prefix")


@dataclass(frozen=True)
class ClauseFilter:
    """Clauses asked for: the words of a standard's name (or none: any standard) and a clause (or none: any clause)."""

    standard: frozenset[str]
    clause: str

    def matches(self, citation: str) -> bool:
        """Tell whether a citation such as "iso-9001-2015:7.5.3" is the clause asked for or lies under it."""
        standard, _, clause = citation.casefold().partition(":")
        if not self.standard <= set(re.split(r"[^a-z0-9]+", standard)):
            return False
        return not self.clause or clause == self.clause or clause.startswith(self.clause + ".")


def read_clause(text: str) -> ClauseFilter:
    """Read a clause as people write it: "7.5.3", "A.5.1", "ISO 9001:2015 7.5", "iso-9001-2015:7.5"."""
    text = _ANNEX.sub("a.", fold_text(text.strip()))
    match = _CLAUSE.search(text)
    name = text[: match.start()] if match else text
    return ClauseFilter(
        frozenset(word for word in re.split(r"[^a-z0-9]+", name) if word and word not in _NOT_IN_NAMES),
        match.group(1) if match else "",
    )


def with_words_replaced(text: str, replacements: Sequence[tuple[str, str]]) -> str:
    """Return the question as typed, with misspelt words replaced by the suggested ones."""
    wanted = dict(replacements)
    return _WORD.sub(lambda match: wanted.get(fold(match.group()), match.group()), text[:LONGEST_QUERY])
