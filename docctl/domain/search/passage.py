"""The passage shown for a hit: the section that answers best, and a few words of it with the words found marked."""

import unicodedata
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from html import escape

from docctl.domain.documents.described_fields import Place, plain_fields
from docctl.domain.search.entry import SearchEntry
from docctl.domain.search.query import joined_by_hyphen, word_end, words_of

PASSAGE_LENGTH = 240
MOST_MARKS = 400
_LEAD = 60
_WIDEST_HYPHEN = 3  # with invisible signs beside it


@dataclass(frozen=True)
class SectionStart:
    """Where a section begins in the indexed text, where its own text begins behind the heading, and what it is."""

    start: int
    text_start: int
    anchor: str
    number: str
    title: str


def laid_out(entry: SearchEntry) -> tuple[str, list[SectionStart]]:
    """Return the text of an entry as it is indexed, and where in it each section begins."""
    names = {field.name for field in plain_fields(Place.WORDS)}
    further = [line for name, line in entry.further if name in names]
    head = unicodedata.normalize("NFC", " ".join((entry.number, entry.title, *entry.keywords, *further)))
    parts = [head + "\n"]
    length = len(parts[0])
    sections = []
    for anchor, number, title, text in entry.sections:
        heading = unicodedata.normalize("NFC", f"{number} {title}".strip())
        heading = heading + "\n" if heading else ""
        body = unicodedata.normalize("NFC", text) + "\n"
        sections.append(SectionStart(length, length + len(heading), anchor, number, title))
        parts += [heading, body]
        length += len(heading) + len(body)
    return "".join(parts), sections


@dataclass(frozen=True)
class Stemming:
    """How the words of a language are read, from a place of the text on: their endings, and words that say nothing."""

    start: int
    stem: Callable[[str], str]
    stop_words: Set[str]


def places_of_words(
    text: str, stemmings: Sequence[Stemming]
) -> tuple[set[str], dict[str, tuple[list[int], list[int]]], int]:
    """Return the words of a text, the positions and places of each word without its ending, and their number.

    "aero-elastic" also stands there as "aeroelastic". The first stemming begins with the text.
    """
    words: set[str] = set()
    places: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    count = 0
    before = ("", 0, 0)
    waiting = deque(stemmings)
    stem, stop_words = waiting[0].stem, waiting.popleft().stop_words
    for count, (word, start, end) in enumerate(words_of(text), 1):
        while waiting and waiting[0].start <= start:
            stem, stop_words = waiting[0].stem, waiting.popleft().stop_words
        joined = (
            joined_by_hyphen(text, before, (word, start, end))
            if before[2] < start <= before[2] + _WIDEST_HYPHEN
            else ""
        )
        if joined:
            positions, starts = places[stem(joined)]
            positions.append(count)
            starts.append(before[1])
        before = (word, start, end)
        if word not in stop_words or text[start:end].isupper():  # IT and US are no stop words
            words.add(word)
            positions, starts = places[stem(word)]
            positions.append(count)
            starts.append(start)
    return words, places, count


@dataclass(frozen=True)
class Passage:
    """The section a hit opens at (None: the document's beginning) and the passage as safe HTML."""

    section: SectionStart | None
    html: str


def best_passage(
    text: str, sections: Sequence[SectionStart], found: Mapping[str, Sequence[int]], worth: Mapping[str, float]
) -> Passage:
    """Choose the section with the most of what was asked for, and mark it.

    ``found`` gives for each word the places in the text where it starts, ``worth`` how telling the word is.
    """
    if not sections:
        return Passage(None, _marked(text, 0, min(len(text), PASSAGE_LENGTH), []))
    ends = [following.start for following in sections[1:]] + [len(text)]
    best, best_score = None, 0.0
    starts_by_word = [(worth.get(word, 1.0), sorted(starts)) for word, starts in found.items()]
    for section, end in zip(sections, ends, strict=True):
        score = 0.0
        for value, starts in starts_by_word:
            inside = sum(1 for start in starts if section.start <= start < end)
            in_heading = any(section.start <= start < section.text_start for start in starts)
            score += value * (inside / (inside + 1.0) + (0.4 if in_heading else 0.0))
        if score > best_score:
            best, best_score = (section, end), score
    section, end = best or (sections[0], ends[0])
    begin = section.text_start if section.text_start < end else section.start
    marks = sorted((start, word) for word, starts in found.items() for start in starts if begin <= start < end)
    return Passage(section if best else None, _window(text, begin, end, marks, worth))


def _window(text: str, begin: int, end: int, marks: Sequence[tuple[int, str]], worth: Mapping[str, float]) -> str:
    """Return the first stretch of a section that holds the most of the different words found."""
    best_at, best_value = begin, -1.0
    first = 0
    inside: Counter[str] = Counter()
    for start, word in marks[:MOST_MARKS]:
        inside[word] += 1
        while start - marks[first][0] > PASSAGE_LENGTH - _LEAD:
            inside[marks[first][1]] -= 1
            first += 1
        value = sum(worth.get(each, 1.0) for each, count in inside.items() if count)
        if value > best_value:
            best_at, best_value = marks[first][0], value
    left = max(begin, best_at - _LEAD)
    if left > begin:
        space = text.find(" ", left, best_at)
        left = space + 1 if space >= 0 else left
    right = min(end, left + PASSAGE_LENGTH)
    if right < end:
        space = text.rfind(" ", left, right)
        right = space if space > best_at else right
    html = _marked(text, left, right, [start for start, _ in marks if left <= start < right])
    return ("… " if left > begin else "") + html + (" …" if right < end else "")


def _marked(text: str, left: int, right: int, starts: Sequence[int]) -> str:
    """Return a stretch of text as HTML: everything escaped, the words found inside <mark>."""
    parts: list[str] = []
    at = left
    for start in starts:
        stop = min(word_end(text, start), right)
        if start < at or stop <= start:
            continue
        parts.append(escape(text[at:start]))
        parts.append(f"<mark>{escape(text[start:stop])}</mark>")
        at = stop
    parts.append(escape(text[at:right]))
    return " ".join("".join(parts).split())
