"""Which cases a run tries of a test that has one for everything there is: each kind, and more that the day draws.

Such a test is marked ``drawn`` with the names of its parameters that tell kinds apart, and with how many more cases are
tried; a test for both databases is tried on one. Tests that share what is dear to make are drawn ``alike``.
Each run says what it drew by, and tries the same again with
``--drawn-by``; ``--every-case`` tries all of them, as ``make faults`` does.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence, Set
from typing import Any, TypeVar

import pytest

ONE = pytest.mark.drawn(more=1).mark
Case = TypeVar("Case")
Draw = Callable[[Sequence[Any], Callable[[Any], Set[object]]], list[Any]]


def draw(cases: Sequence[Case], kinds: Callable[[Case], Set[object]], more: int, chance: random.Random) -> list[Case]:
    """Return cases that chance draws until each kind is among them, and so many more, in their own order."""
    tried: set[object] = set()
    drawn, rest = [], []
    for place in chance.sample(range(len(cases)), len(cases)):
        (rest if kinds(cases[place]) <= tried else drawn).append(place)
        tried |= kinds(cases[place])
    return [cases[place] for place in sorted((*drawn, *rest[:more]))]


def left_out(items: Iterable[pytest.Item], day: str) -> set[pytest.Item]:
    """Return the cases of tests that are not tried by what this day draws; of two databases it draws one."""
    cases: defaultdict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        test = item.nodeid.partition("[")[0]
        if item.get_closest_marker("drawn"):
            cases[test].append(item)
        elif item.get_closest_marker("both_databases") and hasattr(item, "callspec"):
            cases[f"{test}[{item.callspec.id.replace(str(item.callspec.params.get('database')), '', 1)}]"].append(item)
    return {each for test, its in cases.items() for each in set(its).difference(_drawn(its, day, test))}


def _drawn(cases: list[pytest.Item], day: str, test: str) -> list[pytest.Item]:
    mark = cases[0].get_closest_marker("drawn") or ONE
    seed = f"{day} {mark.kwargs.get('alike', test)}"

    def kinds(case: pytest.Item) -> Set[object]:
        return {(name, case.callspec.params[name]) for name in mark.args}

    return draw(cases, kinds, mark.kwargs.get("more", 0), random.Random(seed))
