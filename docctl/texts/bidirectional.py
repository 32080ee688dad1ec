"""The Unicode bidirectional algorithm (UAX #9): in which order the signs of a line are seen, from left to right."""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

_EMBEDS = {"LRE": 0, "RLE": 1, "LRO": 0, "RLO": 1}
_ISOLATES = ("LRI", "RLI", "FSI")
_REMOVED = frozenset((*_EMBEDS, "PDF", "BN"))
_NEUTRAL = frozenset(("B", "S", "WS", "ON", *_ISOLATES, "PDI"))
_NUMBERS = ("EN", "AN")
_DEEPEST = 125
_MOST_BRACKETS = 63
_CLOSES = {
    "(": ")",
    "[": "]",
    "{": "}",
    "⁅": "⁆",
    "⟦": "⟧",
    "⟨": "⟩",
    "〈": "〉",
    "《": "》",
    "「": "」",
    "【": "】",
    "⦅": "⦆",
}
_OPENS = frozenset(_CLOSES.values())


def order_seen(levels: Sequence[int]) -> list[int]:
    """Return the places of the signs of one line, of these levels, as they are seen from the left (rule L2)."""
    order = list(range(len(levels)))
    for level in range(max(levels, default=0), 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = max(end, start + 1)
    return order


@lru_cache(maxsize=256)
def levels_of(text: str, *, from_right: bool) -> tuple[int, ...]:
    """Return the level of each sign of a paragraph: even where it runs from the left, odd where from the right."""
    base = int(from_right)
    kinds = [unicodedata.bidirectional(sign) or "L" for sign in text]
    asked, resolved = _explicit(kinds, base)
    levels = list(asked)
    for run in _isolating_runs(kinds, asked):
        for place, level in _Run(text, run, resolved, asked, base).resolved():
            levels[place] = level
    for place, kind in enumerate(kinds):
        if _is_removed(kind):
            levels[place] = levels[place - 1] if place else base
    return tuple(levels)


def _explicit(kinds: Sequence[str], base: int) -> tuple[list[int], list[str]]:
    """Rules X1 to X8: the levels that signs of direction ask for, and what each sign counts as."""
    stack: list[tuple[int, str, bool]] = [(base, "", False)]
    levels, resolved = [], list(kinds)
    ends = _ends_of_isolates(kinds)
    too_deep = isolates = 0
    for place, kind in enumerate(kinds):
        level, override, _ = stack[-1]
        levels.append(base if kind == "B" else level)
        if kind in _EMBEDS or kind in _ISOLATES:
            if kind == "FSI":
                is_odd = _first_strong(kinds[place + 1 : ends.get(place, len(kinds))])
            else:
                is_odd = _EMBEDS.get(kind, int(kind == "RLI"))
            if kind in _ISOLATES and override:
                resolved[place] = override
            new = (level + 1) | 1 if is_odd else (level + 2) & ~1
            if new > _DEEPEST or too_deep:
                too_deep += 1
                continue
            forced = {"LRO": "L", "RLO": "R"}.get(kind, "")
            stack.append((new, forced, kind in _ISOLATES))
            isolates += kind in _ISOLATES
        elif kind in ("PDI", "PDF"):
            if too_deep:
                too_deep -= 1
            elif kind == "PDI" and isolates:
                while not stack[-1][2]:
                    stack.pop()
                stack.pop()
                isolates -= 1
                levels[place] = stack[-1][0]
            elif kind == "PDF" and len(stack) > 1 and not stack[-1][2]:
                stack.pop()
            if kind == "PDI" and stack[-1][1]:
                resolved[place] = stack[-1][1]
        elif override and kind not in ("B", "BN"):
            resolved[place] = override
    return levels, resolved


def _ends_of_isolates(kinds: Sequence[str]) -> dict[int, int]:
    opened, ends = [], {}
    for place, kind in enumerate(kinds):
        if kind in _ISOLATES:
            opened.append(place)
        elif kind == "PDI" and opened:
            ends[opened.pop()] = place
    return ends


def _first_strong(kinds: Sequence[str]) -> int:
    depth = 0
    for kind in kinds:
        depth += kind in _ISOLATES
        depth -= kind == "PDI" and depth > 0
        if not depth and kind in ("L", "R", "AL"):
            return int(kind != "L")
    return 0


def _isolating_runs(kinds: Sequence[str], levels: Sequence[int]) -> Iterator[list[int]]:
    """Yield the places of each sequence of runs of one level that belong together across what is isolated in them."""
    kept = [place for place, kind in enumerate(kinds) if not _is_removed(kind)]
    runs: list[list[int]] = []
    for before, place in zip([None, *kept], kept, strict=False):
        if before is None or levels[before] != levels[place]:
            runs.append([])
        runs[-1].append(place)
    ends = _ends_of_isolates(kinds)
    begun = {run[0]: run for run in runs}
    continued = {ends[run[-1]] for run in runs if run[-1] in ends}
    for run in runs:
        if run[0] in continued and kinds[run[0]] == "PDI":
            continue
        whole = list(run)
        while (end := ends.get(whole[-1])) is not None and end in begun:
            whole += begun[end]
        yield whole


class _Run:
    """One isolating run sequence, whose signs are resolved by rules W1 to I2."""

    def __init__(self, text: str, places: list[int], kinds: list[str], levels: list[int], base: int) -> None:
        self._text, self._places = text, places
        self._level = levels[places[0]]
        self._kinds = [kinds[place] for place in places]
        self._own = "R" if self._level % 2 else "L"
        before = next((levels[at] for at in range(places[0] - 1, -1, -1) if not _is_removed(kinds[at])), base)
        behind = range(places[-1] + 1, len(levels)) if kinds[places[-1]] not in _ISOLATES else ()
        after = next((levels[at] for at in behind if not _is_removed(kinds[at])), base)
        self._starts = "R" if max(before, self._level) % 2 else "L"
        self._ends = "R" if max(after, self._level) % 2 else "L"

    def resolved(self) -> Iterator[tuple[int, int]]:
        """Yield the place and the level of each sign."""
        self._weak()
        self._brackets()
        self._neutral()
        for place, kind in zip(self._places, self._kinds, strict=True):
            if self._level % 2:
                yield place, self._level + (kind in ("L", *_NUMBERS))
            else:
                yield place, self._level + (1 if kind == "R" else 2 if kind in _NUMBERS else 0)

    def _weak(self) -> None:
        kinds = self._kinds
        original = list(kinds)
        before = self._starts
        for at, kind in enumerate(kinds):  # W1
            if kind == "NSM":
                kinds[at] = "ON" if before in (*_ISOLATES, "PDI") else before
            before = kinds[at]
        self._marks = [kind == "NSM" for kind in original]
        strong = self._starts
        for at, kind in enumerate(kinds):  # W2, W3
            if kind in ("L", "R", "AL"):
                strong = kind
            elif kind == "EN" and strong == "AL":
                kinds[at] = "AN"
        kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]
        for at in range(1, len(kinds) - 1):  # W4
            before, after = kinds[at - 1], kinds[at + 1]
            is_between = before == after and (before == "EN" or (before == "AN" and kinds[at] == "CS"))
            if kinds[at] in ("ES", "CS") and is_between:
                kinds[at] = before
        for start, end in _stretches(kinds, ("ET",)):  # W5
            if "EN" in (kinds[start - 1 : start] + kinds[end : end + 1]):
                kinds[start:end] = ["EN"] * (end - start)
        kinds[:] = ["ON" if kind in ("ES", "ET", "CS") else kind for kind in kinds]  # W6
        strong = self._starts
        for at, kind in enumerate(kinds):  # W7
            strong = kind if kind in ("L", "R") else strong
            kinds[at] = "L" if kind == "EN" and strong == "L" else kind

    def _brackets(self) -> None:
        """Rule N0: both brackets of a pair run as what stands in them, or as what stands before them."""
        for start, end in self._pairs():
            within = {_strong(kind) for kind in self._kinds[start + 1 : end]} - {""}
            if self._own in within:
                chosen = self._own
            elif within:
                earlier = (_strong(kind) for kind in reversed(self._kinds[:start]))
                before = next((kind for kind in earlier if kind), self._starts)
                chosen = before if before != self._own else self._own
            else:
                continue
            for at in (start, end):
                self._kinds[at] = chosen
                for mark in range(at + 1, len(self._kinds)):
                    if not self._marks[mark]:
                        break
                    self._kinds[mark] = chosen

    def _pairs(self) -> list[tuple[int, int]]:
        opened: list[tuple[str, int]] = []
        found = []
        for at, place in enumerate(self._places):
            sign = self._text[place]
            if self._kinds[at] != "ON":
                continue
            if sign in _CLOSES:
                if len(opened) == _MOST_BRACKETS:
                    break
                opened.append((_CLOSES[sign], at))
            elif sign in _OPENS:
                match = next((back for back in reversed(range(len(opened))) if opened[back][0] == sign), None)
                if match is not None:
                    found.append((opened[match][1], at))
                    del opened[match:]
        return sorted(found)

    def _neutral(self) -> None:
        for start, end in _stretches(self._kinds, tuple(_NEUTRAL)):  # N1, N2
            before = _strong(self._kinds[start - 1]) if start else self._starts
            after = _strong(self._kinds[end]) if end < len(self._kinds) else self._ends
            self._kinds[start:end] = [before if before == after else self._own] * (end - start)


def _is_removed(kind: str) -> bool:
    """Rule X9: signs that only say how others run count for nothing once they are obeyed."""
    return kind in _REMOVED


def _strong(kind: str) -> str:
    return {"L": "L", "R": "R", "EN": "R", "AN": "R"}.get(kind, "")


def _stretches(kinds: Sequence[str], wanted: Sequence[str]) -> Iterator[tuple[int, int]]:
    start = None
    for at, kind in enumerate([*kinds, ""]):
        if kind in wanted:
            start = at if start is None else start
        elif start is not None:
            yield start, at
            start = None
