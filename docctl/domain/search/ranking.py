"""How well documents answer a question: of a few words all first, of a sentence the most telling ones (BM25)."""

import math
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

SATURATION = 1.2
LENGTH_SHARE = 0.7
TITLE_WORTH, TITLE_WORTH_IN_SENTENCE = 1.0, 0.5
FEW = 3
SEVERAL_WORDS, FEW_WORDS = 3, 4
QUORUM, QUORUM_OF_MANY = 0.45, 0.3


@dataclass(frozen=True)
class Found:
    """Where one unit of the question was found: how often by document, and the documents with it in the title."""

    frequencies: Mapping[int, float]
    in_title: Set[int]


@dataclass(frozen=True)
class Ranking:
    """The documents that answer, with their score, whether each has all that was asked for, and who comes first."""

    scores: Mapping[int, float]
    matched: str
    first: Set[int]


def added_up(counts: Iterable[dict[int, float]]) -> dict[int, float]:
    """Return how often words stand in each document, put together from counts by word or by part of the index."""
    together: dict[int, float] = {}
    for found in counts:
        if together.keys().isdisjoint(found):
            together.update(found)
        else:
            for document, frequency in found.items():
                together[document] = together.get(document, 0.0) + frequency
    return together


def either(found: Found, other: Found) -> Found:
    """Return where a word was found in either of two ways of writing it, of which one may hold the other."""
    frequencies = {**found.frequencies}
    for document, frequency in other.frequencies.items():
        frequencies[document] = max(frequency, frequencies.get(document, 0.0))
    return Found(frequencies, found.in_title | other.in_title)


def worth(document_count: int, with_it: int) -> float:
    """Return how telling a word is: the fewer documents have it, the more; one that no document has says nothing."""
    if not with_it:
        return 0.0
    return math.log(1.0 + (document_count - with_it + 0.5) / (with_it + 0.5))


def rank(
    units: Sequence[Found],
    worths: Sequence[float],
    within: Set[int],
    lengths: Mapping[int, int],
    any_word: bool = False,
) -> Ranking:
    """Rank the documents of ``within``.

    For a few words: those with every one come first, and are all that is found where they are not too few. For a
    sentence: those with the most telling words. With ``any_word`` whatever has one of the words is found.
    """
    if not units:
        return Ranking(dict.fromkeys(within, 0.0), "all", within)
    by_size = sorted(units, key=lambda unit: len(unit.frequencies))
    complete: Set[int] = within & by_size[0].frequencies.keys()
    for unit in by_size[1:]:
        complete = complete & unit.frequencies.keys()
    average = sum(map(lengths.__getitem__, within)) / len(within) if within else 1.0
    is_sentence = len(units) > FEW_WORDS
    enough = FEW if len(units) >= SEVERAL_WORDS else 1
    if not any_word and not is_sentence and (len(complete) >= enough or len(units) == 1):
        return Ranking(_scores(units, worths, complete, lengths, average), "all", complete)
    found = _with_enough(units, worths, within, 0.0 if any_word else QUORUM_OF_MANY if is_sentence else QUORUM)
    scores = _scores(units, worths, found, lengths, average)
    matched = "all" if len(complete) == len(found) else "any"
    return Ranking(scores, matched, set() if is_sentence else complete)


def _with_enough(units: Sequence[Found], worths: Sequence[float], within: Set[int], share: float) -> Set[int]:
    """Return the documents that have so large a share of what was asked for, by worth; where there are none, any."""
    known: dict[int, float] = {}
    for unit, value in zip(units, worths, strict=True):
        for document in within & unit.frequencies.keys():
            known[document] = known.get(document, 0.0) + value
    quorum = sum(worths) * share
    return {document for document, value in known.items() if value >= quorum} or known.keys()


def _scores(
    units: Sequence[Found],
    worths: Sequence[float],
    documents: Set[int],
    lengths: Mapping[int, int],
    average: float,
) -> dict[int, float]:
    """Return the BM25 score of each document, with more for words in its title."""
    fixed = SATURATION * (1.0 - LENGTH_SHARE)
    by_length = SATURATION * LENGTH_SHARE / (average or 1.0)
    norms = {document: fixed + by_length * lengths[document] for document in documents}
    scores = dict.fromkeys(documents, 0.0)
    in_title = TITLE_WORTH_IN_SENTENCE if len(units) > FEW_WORDS else TITLE_WORTH
    for unit, value in zip(units, worths, strict=True):
        top = value * (SATURATION + 1.0)
        for document in documents & unit.frequencies.keys():
            frequency = unit.frequencies[document]
            scores[document] += top * frequency / (frequency + norms[document])
        for document in unit.in_title & documents:
            scores[document] += value * in_title
    return scores
