"""No text that people send makes a pattern try again and again: each is matched in a time that grows with the text."""

import importlib
import inspect
import pkgutil
import re
import time
from collections.abc import Iterator
from types import ModuleType

import pytest

import docctl

SHORT, LONG = 500, 2_000
NOTABLE_SECONDS = 0.001  # what takes less is not looked at more closely, however it grows
GROWTH = 8  # four times the text takes about four times as long, and sixteen times where each sign is gone back to
PIECES = [
    *"x1 \n\t_.-([{<&\"'`*|$\\/#~=,:;%é\u0301\u00a0\u200b\u2014",
    *("a1", "1.", "a ", "a.b", "&a", "<a", "a/", "{{", "a@b", " \n", ":::", "1 ", "()", "<!--", "%2", "\\a", " - "),
]
_SEARCHES = r"\b{}\.(?:search|finditer|findall|sub|subn|split)\("


def _modules() -> Iterator[ModuleType]:
    for each in pkgutil.walk_packages(docctl.__path__, "docctl."):
        if not each.name.endswith("__main__"):
            yield importlib.import_module(each.name)


def _within(value: object) -> Iterator[re.Pattern[str] | re.Pattern[bytes]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from _within([*value.keys(), *value.values()])
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _within(each)


def _patterns() -> dict[re.Pattern[str] | re.Pattern[bytes], tuple[str, bool]]:
    """Each pattern of a module, with its name, and whether it is looked for at every place of a text."""
    found: dict[re.Pattern[str] | re.Pattern[bytes], tuple[str, bool]] = {}
    for module in _modules():
        source = inspect.getsource(module)
        for name, value in vars(module).items():
            searched = re.search(_SEARCHES.format(re.escape(name)), source) is not None
            for pattern in _within(value):
                _, before = found.get(pattern, ("", False))
                several = not isinstance(value, re.Pattern)
                found[pattern] = (f"{module.__name__}.{name}", before or searched or several)
    return found


def _seconds(pattern: re.Pattern[str] | re.Pattern[bytes], text: str, searched: bool) -> float:
    given = text.encode() if isinstance(pattern.pattern, bytes) else text
    began = time.thread_time()
    pattern.match(given)  # type: ignore[arg-type]
    pattern.fullmatch(given)  # type: ignore[arg-type]
    if searched:
        for _ in pattern.finditer(given):  # type: ignore[arg-type]
            pass
    return time.thread_time() - began


def _grows(pattern: re.Pattern[str] | re.Pattern[bytes], short: str, long: str, searched: bool) -> bool:
    """Say whether each of several measurements shows it; whatever else the machine does disturbs some of them."""
    return all(
        min(_seconds(pattern, long, searched) for _ in range(3))
        > GROWTH * min(_seconds(pattern, short, searched) for _ in range(3))
        for _ in range(4)
    )


def slow(pattern: re.Pattern[str] | re.Pattern[bytes], searched: bool) -> str:
    """Return the piece of which a text keeps the pattern longer busy than it is long; nothing where there is none."""
    for piece in PIECES:
        for before in ("", "a"):
            short, long = (before + piece * (length // len(piece)) for length in (SHORT, LONG))
            notable = _seconds(pattern, long, searched) > NOTABLE_SECONDS
            if notable and _grows(pattern, short, long, searched):
                return piece
    return ""


def test_no_pattern_takes_longer_than_its_text_is_long() -> None:
    patterns = _patterns()
    assert len(patterns) > 200
    told = {name: piece for pattern, (name, searched) in patterns.items() if (piece := slow(pattern, searched))}
    assert told == {}


@pytest.mark.parametrize("pattern", [r"[a-z]*\d", r"(\w+), revision", r"(.*?) ?<([^>]*)>$"])
def test_a_pattern_that_goes_back_again_and_again_is_found(pattern: str) -> None:
    assert slow(re.compile(pattern), searched=True)
