"""How well documents answer a question: all words first, then those with the most telling ones (BM25)."""

import math
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

SATURATION = 1.2
LENGTH_SHARE = 0.7
TITLE_WORTH = 1.6
FEW = 3
SEVERAL_WORDS, MANY_WORDS = 3, 5
QUORUM, QUORUM_OF_MANY = 0.45, 0.3


@dataclass(frozen=True)
class Found:
    """Where one unit of the question was found: how often by document, and the documents with it in the title."""

    frequencies: Mapping[int, float]
    in_title: Set[int]


@dataclass(frozen=True)
class Ranking:
    """The documents that answer, with their score, and whether each of them has all that was asked for."""

    scores: Mapping[int, float]
    matched: str
    complete: Set[int]


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


def worth(document_count: int, with_it: int) -> float:
    """Return how telling a word is: the fewer documents have it, the more; one that no document has says nothing."""
    if not with_it:
        return 0.0
    return math.log(1.0 + (document_count - with_it + 0.5) / (with_it + 0.5))


def rank(units: Sequence[Found], worths: Sequence[float], within: Set[int], lengths: Mapping[int, int]) -> Ranking:
    """Rank the documents of ``within``: those with every unit; when these are none, or few of several, any."""
    if not units:
        return Ranking(dict.fromkeys(within, 0.0), "all", within)
    by_size = sorted(units, key=lambda unit: len(unit.frequencies))
    complete: Set[int] = within & by_size[0].frequencies.keys()
    for unit in by_size[1:]:
        complete = complete & unit.frequencies.keys()
    enough = FEW if len(units) >= SEVERAL_WORDS else 1
    if len(complete) >= enough or len(units) == 1:
        return Ranking(_scores(units, worths, complete, lengths), "all", complete)
    known: dict[int, float] = {}
    for unit, value in zip(units, worths, strict=True):
        for document in within & unit.frequencies.keys():
            known[document] = known.get(document, 0.0) + value
    quorum = sum(worths) * (QUORUM_OF_MANY if len(units) >= MANY_WORDS else QUORUM)
    some = {document for document, value in known.items() if value >= quorum}
    return Ranking(_scores(units, worths, some or set(known), lengths), "any", complete)


def _scores(
    units: Sequence[Found], worths: Sequence[float], documents: Set[int], lengths: Mapping[int, int]
) -> dict[int, float]:
    """Return the BM25 score of each document, with more for words in its title."""
    average = sum(lengths[document] for document in documents) / len(documents) if documents else 1.0
    fixed = SATURATION * (1.0 - LENGTH_SHARE)
    by_length = SATURATION * LENGTH_SHARE / (average or 1.0)
    scores = dict.fromkeys(documents, 0.0)
    for unit, value in zip(units, worths, strict=True):
        top = value * (SATURATION + 1.0)
        frequency_of = unit.frequencies.get
        for document in documents:
            frequency = frequency_of(document)
            if frequency:
                scores[document] += top * frequency / (frequency + fixed + by_length * lengths[document])
        for document in unit.in_title & documents:
            scores[document] += value * TITLE_WORTH
    return scores
