"""What every page costs at 1,000 and at 10,000 documents, and the memory of a served library, each with its limit.

``python -m tests.checks.benchmarks.every_page [--sizes 1000 10000] [--keep FOLDER]``; the exit is 1 where a limit is
exceeded. A page is measured in milliseconds of the processor, its children included, which do not depend on what else
a machine does; limits are ratios within the run: to the same page of the smaller library, and to the page for signing
in, which shows nothing of the library.
"""

import argparse
import gc
import logging
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.routing import Rule

from docctl.app import create_app
from docctl.document_control import DocumentControl
from docctl.server import serving
from docctl.settings import Settings
from tests.checks.benchmarks.library_of import PASSWORD, PEOPLE, build_library
from tests.checks.benchmarks.memory_of_served import Memory, memory_of_served
from tests.checks.benchmarks.search_at_size import COMMON, TOPICS
from tests.checks.benchmarks.things_that_exist import Things, things_of

ROUNDS, WARMING, SECONDS_EACH = 40, 3, 6.0
MEASURE = "signing_in.sign_in"
"""The page that others are compared with; it takes 4 ms where the limit of a page is 100 ms."""


@dataclass(frozen=True)
class Limit:
    """How much more a page may cost than in the smaller library, how much more than the measure, and why."""

    growth: float
    times: float
    because: str = ""


PAGE = Limit(growth=3, times=25)
WHOLE_REGISTER = Limit(growth=30, times=4000, because="a row for every document or event of the library")
CONVERSION = Limit(growth=3, times=400, because="a Word file or a PDF is written for whoever asks")
LIMITS = {
    "audit_log.take_away": WHOLE_REGISTER,
    "clause_coverage.take_away": WHOLE_REGISTER,
    "clause_coverage.take_away_standards": WHOLE_REGISTER,
    "master_list.take_away": WHOLE_REGISTER,
    "retention_schedule.take_away": WHOLE_REGISTER,
    "work_in_progress.take_away": WHOLE_REGISTER,
    "revision_history.evidence": Limit(growth=14, times=10_000, because="the ledger of the whole library is in it"),
    "comparison.pdf": CONVERSION,
    "comparison.word": CONVERSION,
    "issued_files.pdf": CONVERSION,
    "issued_files.word": CONVERSION,
    "issuing.files": CONVERSION,
    "previewing.preview": CONVERSION,
    "previewing.preview_file": CONVERSION,
    "word_templates.sample": CONVERSION,
    "writing_in_word.file": CONVERSION,
}
MEMORY_GROWTH, MEMORY_MEGABYTES = 1.5, 700
ASKED = {
    "master_list.show": "page={page}",
    "search.find": "q={word} {other}",
    "search.titles": "beginning={word}",
    "audit_log.show": "page={page}",
}
FIRST_OF_THEM = ("controller", *sorted(PEOPLE.keys() - {"controller"}))
WORDS = [word for topic in TOPICS for word in topic.split()] + COMMON.split()


@dataclass(frozen=True)
class Cost:
    """What one page cost, each time it was asked for, in milliseconds of the processor and of the clock."""

    processor: list[float]
    clock: list[float]

    @cached_property
    def p95(self) -> float:
        """What it cost at most in 19 of 20 times, of the processor."""
        return _p95(self.processor)

    @cached_property
    def median(self) -> float:
        """What it cost half of the times, of the processor."""
        return statistics.median(self.processor)

    @cached_property
    def waited(self) -> float:
        """How long somebody waited at most in 19 of 20 times."""
        return _p95(self.clock)


class Pages:
    """All pages of a library, asked for by somebody who is let in."""

    def __init__(self, control: DocumentControl) -> None:
        told = Settings(METRICS_TOKEN=PASSWORD)
        settings = {**serving.web_settings(told), "WTF_CSRF_ENABLED": False, "SECURE_COOKIES": False}
        self.app = create_app(control, settings)
        self.people = {
            login: self._signed_in(login) for login in ("controller", *sorted(PEOPLE.keys() - {"controller"}))
        }
        self.people["nobody"] = self.app.test_client()
        self.people["machine"] = self.app.test_client()
        self.people["machine"].environ_base["HTTP_AUTHORIZATION"] = f"Bearer {PASSWORD}"
        self.things: Things = things_of(control, self.people["controller"])
        self.chance = random.Random(11)

    def costs(self) -> Iterator[tuple[str, Cost]]:
        """Measure each page that is read, from the map of pages."""
        for rule in sorted(self.app.url_map.iter_rules(), key=lambda each: each.endpoint):
            if "GET" in (rule.methods or ()):
                yield rule.endpoint, self._cost(rule)

    def address(self, rule: Rule) -> str:
        """Return where a page is, about another document in force each time."""
        with self.app.test_request_context():
            at = str(self.app.url_map.bind("").build(rule.endpoint, self.things.of(rule, self.chance)))
        word, other = self.chance.sample(WORDS, 2)
        asked = ASKED.get(rule.endpoint, "").format(word=word, other=other, page=self.chance.randint(1, 9))
        return f"{at}?{asked}" if asked else at

    def let_in(self, rule: Rule) -> FlaskClient:
        """Return the browser of the first person whom a page lets in; a page that nobody sees is none that exists."""
        statuses = {}
        for login, browser in self.people.items():
            statuses[login] = browser.get(self.address(rule)).status_code
            if _is_answer(rule, statuses[login]):
                return browser
        raise AssertionError(f"{rule.endpoint} lets nobody in: {statuses}")

    def _cost(self, rule: Rule) -> Cost:
        browser = self.let_in(rule)
        cost, until = Cost([], []), _processor() + SECONDS_EACH
        for turn in range(ROUNDS + WARMING):
            at = self.address(rule)
            spent, began = _processor(), time.perf_counter()
            status = browser.get(at).status_code
            if turn >= WARMING:
                cost.processor.append((_processor() - spent) * 1000)
                cost.clock.append((time.perf_counter() - began) * 1000)
            assert _is_answer(rule, status), (at, status)
            if _processor() > until and len(cost.processor) > 1:
                break
        return cost

    def _signed_in(self, login: str) -> FlaskClient:
        browser = self.app.test_client()
        assert browser.post("/sign-in", data={"login": login, "password": PASSWORD}).status_code == 303
        return browser


def _is_answer(rule: Rule, status: int) -> bool:
    """Whether a page showed something; without a follower beside it, a library says that it is not ready."""
    return status < 400 or rule.endpoint == "readyz"


def breaches(costs: dict[str, list[Cost]]) -> Iterator[str]:
    """Say which pages exceed their limits in the largest library."""
    measure = costs[MEASURE][-1].median
    for page, each in costs.items():
        limit = LIMITS.get(page, PAGE)
        if each[-1].p95 > limit.times * measure:
            yield f"{page} costs {each[-1].p95 / measure:.0f} times what signing in costs (limit {limit.times:g})"
        if each[-1].median > limit.growth * each[0].median:
            yield f"{page} costs {each[-1].median / each[0].median:.1f} times as much (limit {limit.growth:g})"


def breaches_of_memory(memory: list[Memory]) -> Iterator[str]:
    """Say where a served library takes more memory than it may."""
    smallest, largest = memory[0].megabytes, memory[-1].megabytes
    if largest > MEMORY_MEGABYTES:
        yield f"serving takes {largest:.0f} MB (limit {MEMORY_MEGABYTES})"
    if largest > MEMORY_GROWTH * smallest:
        yield f"serving takes {largest / smallest:.2f} times as much memory (limit {MEMORY_GROWTH})"


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def _processor() -> float:
    """Return what this process and its ended children took of the processor, in seconds."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in both)


def _print(sizes: Iterable[int], costs: dict[str, list[Cost]], memory: list[Memory]) -> None:
    measure = costs[MEASURE][-1].median
    heads = "".join(f"{f'{size:,}':>9}" for size in sizes)
    print(
        f"\n{'p95 in ms of the processor':38}{heads}{'growth':>8}{'limit':>6}{'× measure':>11}{'limit':>6}{'waited':>9}"
    )
    for page, each in sorted(costs.items(), key=lambda row: -row[1][-1].p95):
        limit = LIMITS.get(page, PAGE)
        cells = "".join(f"{cost.p95:9.1f}" for cost in each)
        growth, times = each[-1].median / each[0].median, each[-1].p95 / measure
        ratios = f"{growth:8.2f}{limit.growth:6g}{times:11.1f}{limit.times:6g}{each[-1].waited:9.1f}"
        print(f"{page:38}{cells}{ratios}  {limit.because}".rstrip())
    for size, each in zip(sizes, memory, strict=True):
        print(f"{size:,} documents served: {each} (limit {MEMORY_MEGABYTES} MB, growth {MEMORY_GROWTH})")


def main() -> int:
    """Measure libraries of each size, print a row for each page, and name what exceeds its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", type=int, default=[1_000, 10_000])
    parser.add_argument("--keep", type=Path, help="Folder that keeps the libraries for the next run.")
    options = parser.parse_args()
    logging.getLogger("docctl").setLevel(logging.CRITICAL)
    costs: dict[str, list[Cost]] = {}
    memory = []
    with tempfile.TemporaryDirectory(prefix="docctl-bench-") as temporary:
        for size in options.sizes:
            data = (options.keep or Path(temporary)) / str(size)
            data.parent.mkdir(parents=True, exist_ok=True)
            control = build_library(data, size)
            gc.collect()
            for page, cost in Pages(control).costs():
                costs.setdefault(page, []).append(cost)
            control.engine.dispose()
            control.library.let_go()
            memory.append(memory_of_served(data))
            print(f"{size:,} documents measured", flush=True)
    _print(options.sizes, costs, memory)
    exceeded = [*breaches(costs), *breaches_of_memory(memory)]
    print("\n".join(exceeded) or "Every limit is kept.")
    return 1 if exceeded else 0


if __name__ == "__main__":
    sys.exit(main())
