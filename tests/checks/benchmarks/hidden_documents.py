"""Whether a hidden document can be told from an absent one by how long the answer takes: a ratio for each page.

``python -m tests.checks.benchmarks.hidden_documents [--rounds N]``
"""

import argparse
import gc
import logging
import random
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from docctl.app import create_app
from docctl.followers.catching_up import catch_up
from docctl.server import serving
from docctl.settings import Settings
from tests.factories.databases import SQLITE, new_database
from tests.factories.library import PASSWORD, TEXT, Office, found_library, people_of

HIDDEN, ABSENT = "POL-777", "POL-999"
LARGEST_DIFFERENCE = 0.10
OTHERS = ("/search?q={number}", "/search?q={word}", "/search/titles?beginning={number}", "/documents?q={number}")
ARGUMENTS = {"revision": "1", "name": "image1.png", "draft": "1", "kind": "pdf"}
WORDS = {HIDDEN: "unmistakable", ABSENT: "inconceivable"}


def addresses(app: Flask) -> list[str]:
    """Every page that is read of a document, from the map of pages, and those that look for documents."""
    found = []
    for rule in app.url_map.iter_rules():
        if "number" in rule.arguments and "GET" in (rule.methods or ()):
            known = {**ARGUMENTS, "number": "{number}", "kind": "csv" if "any(" in rule.rule else "pdf"}
            found.append(re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda part, known=known: known[part[1]], rule.rule))
    return sorted(found) + list(OTHERS)


def ask(browser: FlaskClient, address: str, number: str) -> tuple[float, int, int]:
    """Ask for a page; return the seconds, the status and the length."""
    at = address.format(number=number, word=WORDS[number])
    began = time.perf_counter()
    answer = browser.get(at)
    return time.perf_counter() - began, answer.status_code, len(answer.data)


def compared(browser: FlaskClient, address: str, rounds: int) -> tuple[float, str]:
    """Ask for the hidden and the absent one by turns; return the ratio of the medians, and what else differs."""
    took: dict[str, list[float]] = {HIDDEN: [], ABSENT: []}
    seen: dict[str, set[tuple[int, int]]] = {HIDDEN: set(), ABSENT: set()}
    for turn in range(rounds + 5):
        for number in random.sample([HIDDEN, ABSENT], 2):
            seconds, status, length = ask(browser, address, number)
            seen[number].add((status, length))
            if turn >= 5:
                took[number].append(seconds)
    ratio = statistics.median(took[HIDDEN]) / statistics.median(took[ABSENT])
    statuses = {number: {status for status, _ in each} for number, each in seen.items()}
    return ratio, "" if statuses[HIDDEN] == statuses[ABSENT] else f"answers differ: {statuses}"


def main() -> int:
    """Measure every page as somebody for whom the document is not meant; the exit is 0 where nothing can be told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    worst = 0.0
    with tempfile.TemporaryDirectory(prefix="docctl-bench-") as folder:
        data = Path(folder) / "data"
        new_database(data, SQLITE, Path(folder))
        control = found_library(data)
        office = Office(control, people_of(control))
        for number in range(30):
            office.publish(f"POL-{number:03}", f"Policy {number}", TEXT * 3)
        office.publish(HIDDEN, "Hidden", TEXT * 30 + f"\n{WORDS[HIDDEN]}\n", departments=("Finance",))
        office.revise(HIDDEN, TEXT * 31)
        catch_up(control)
        app = create_app(control, {**serving.web_settings(Settings()), "WTF_CSRF_ENABLED": False})
        logging.getLogger("docctl").setLevel(logging.CRITICAL)
        browser = app.test_client()
        assert browser.post("/sign-in", data={"login": "eve", "password": PASSWORD}).status_code == 303
        gc.disable()
        for address in addresses(app):
            ratio, differs = compared(browser, address, options.rounds)
            worst = max(worst, abs(ratio - 1), 1.0 if differs else 0.0)
            print(f"  {address:56} {ratio:5.3f} {differs}", flush=True)
    print(f"  the largest difference is {worst:.1%} (to reach: {LARGEST_DIFFERENCE:.0%})")
    return 0 if worst <= LARGEST_DIFFERENCE else 1


if __name__ == "__main__":
    sys.exit(main())
