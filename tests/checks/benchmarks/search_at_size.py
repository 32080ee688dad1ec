"""How long search takes at 1,000 and 10,000 documents of about 1,500 words: medians and p95 in milliseconds."""

import itertools
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from docctl.adapters.search_index import SearchIndex
from docctl.domain.search.entry import SearchEntry

TOPICS = (
    "document record revision approval retention distribution obsolete archive template register",
    "risk hazard likelihood severity mitigation opportunity treatment residual threat matrix",
    "audit auditor finding evidence criteria programme checklist conformity sampling observation",
    "training competence induction skill awareness qualification learner course assessment certificate",
    "supplier contract purchase delivery tender vendor evaluation outsourcing invoice warranty",
    "incident emergency response notification evacuation recovery investigation witness injury drill",
    "access password encryption network backup malware firewall credential laptop server",
    "waste emission energy water spill recycling noise effluent aspect permit",
    "calibration measurement instrument tolerance laboratory traceability sample uncertainty reference gauge",
    "customer complaint feedback satisfaction survey order requirement warranty enquiry service",
)
COMMON = (
    "organisation procedure process management policy responsible shall information system control quality review"
    " person department result change applicable planned documented action required objective activity"
)
GLUE = "the of and to in is for be by with that are or on as it this which at from"
SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo za bri cla dro fle gri ple sta tre"
TYPES = ("Policy", "Procedure", "Work instruction", "Form", "Plan")
DEPARTMENTS = ("HR", "IT", "Finance", "Production", "Quality", "Logistics", "Legal", "Facilities")
AUDIENCE = frozenset({"internal", "public", "department:IT", "user:12"})


def invented_words(count: int, chance: random.Random) -> list[str]:
    """Return as many different words as a real library has, rare and frequent ones."""
    words: dict[str, None] = {}
    while len(words) < count:
        words["".join(chance.choices(SYLLABLES.split(), k=chance.randint(2, 5)))] = None
    return list(words)


def entries(count: int, words_each: int = 1_500) -> Iterator[SearchEntry]:
    """Give documents whose words follow Zipf's law, each about two topics of its own."""
    chance = random.Random(count)
    invented = invented_words(40_000, chance)
    zipf = list(itertools.accumulate(1.0 / rank for rank in range(1, len(invented) + 1)))
    topics = [topic.split() for topic in TOPICS]
    glue, common = GLUE.split(), COMMON.split()
    for number in range(1, count + 1):
        own = chance.choice(topics) + chance.choice(topics)
        sections = []
        for section in range(1, 11):
            rare = iter(chance.choices(invented, cum_weights=zipf, k=words_each // 10))
            kinds = chance.choices((glue, common, own, None), weights=(40, 22, 14, 24), k=words_each // 10)
            text = " ".join(next(rare) if kind is None else chance.choice(kind) for kind in kinds)
            sections.append((f"s{section}", str(section), " ".join(chance.sample(own, 2)), text))
        department = chance.choice(DEPARTMENTS)
        yield SearchEntry(
            revision_id=number,
            number=f"{chance.choice(('POL', 'SOP', 'WI'))}-{number:05}",
            revision=chance.randint(1, 9),
            title=" ".join((chance.choice(own), chance.choice(common), chance.choice(own))),
            document_type=chance.choice(TYPES),
            state="IN_FORCE" if chance.random() < 0.9 else "SUPERSEDED",
            audience=("internal",) if chance.random() < 0.8 else (f"department:{department}",),
            sections=tuple(sections),
            department=department,
            owner=f"Owner {chance.randint(1, 120)}",
            clauses=(f"iso-9001-2015:{chance.randint(4, 10)}.{chance.randint(1, 5)}",),
        )


def questions(chance: random.Random) -> dict[str, Callable[[], str]]:
    """Return the kinds of question people ask, as functions that invent one."""
    vocabulary = [word for topic in TOPICS for word in topic.split()] + COMMON.split()
    invented = invented_words(40_000, chance)

    def some(count: int) -> str:
        return " ".join(chance.sample(vocabulary, count))

    return {
        "one word": lambda: some(1),
        "rare word": lambda: chance.choice(invented),
        "three words": lambda: some(3),
        "sentence": lambda: f"how does the {some(1)} of a {some(2)} follow from the {some(2)} in the {some(3)}",
        "phrase": lambda: f'"{some(2)}"',
        "prefix": lambda: chance.choice(vocabulary)[: chance.randint(3, 5)] + "*",
        "filter": lambda: f"{some(1)} type:policy clause:{chance.randint(4, 10)}",
        "misspelt": lambda: some(1)[:-1] + "qx",
    }


def percentiles(seconds: list[float]) -> str:
    """Return median and p95 in milliseconds."""
    return f"{statistics.median(seconds) * 1000:7.1f} {statistics.quantiles(seconds, n=20)[-1] * 1000:7.1f}"


def timed(act: Callable[[], object]) -> float:
    """Return how many seconds something took."""
    before = time.perf_counter()
    act()
    return time.perf_counter() - before


def measure(count: int, folder: Path, rounds: int = 60) -> None:
    """Build an index of so many documents and print what building, updating and asking cost."""
    prepared = list(entries(count))
    index = SearchIndex(folder)

    def build() -> None:
        with index.updating() as update:
            for number, entry in enumerate(prepared, 1):
                update.put(entry)
                if number % 1_000 == 0:
                    update.commit(number)
            update.commit(count)

    seconds = timed(build)
    print(f"{count} documents: built in {seconds:.1f} s, {count / seconds:.0f} a second")
    seconds = timed(lambda: SearchIndex(folder).search("audit", AUDIENCE))
    print(f"  first question, which opens the index: {seconds * 1000:.0f} ms")
    for kind, invent in questions(random.Random(7)).items():
        took = [timed(partial(index.search, invent(), AUDIENCE)) for _ in range(rounds)]
        print(f"  {kind:34}{percentiles(took)}")

    def update_one(entry: SearchEntry) -> None:
        with index.updating() as update:
            update.put(entry)
            update.commit(update.watermark + 1)

    took = [timed(partial(update_one, entry)) for entry in prepared[:40]]
    print(f"  {'update of one document':34}{percentiles(took)}")
    took = [timed(partial(index.search, f"{word} policy", AUDIENCE)) for word in COMMON.split()]
    print(f"  {'two words after forty updates':34}{percentiles(took)}")


if __name__ == "__main__":
    print(f"{'':36} median     p95")
    for size in map(int, sys.argv[1:] or ("1000", "10000")):
        with tempfile.TemporaryDirectory() as place:
            measure(size, Path(place) / "index")
