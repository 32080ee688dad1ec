"""What print draws in another order or with other signs than the Word file tells of it, brought to the page's form."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from docctl.domain.issued_files.formula_forms import formula_in_form
from docctl.domain.issued_files.reading_forms import (
    BULLET,
    in_form,
    is_mark_without_number,
    key_of,
)
from docctl.domain.issued_files.readings import DRAWN, LINE_END, SIGN, Passage, Reading

_TOLD = re.compile(f"{SIGN}([^{SIGN}]*){SIGN}")
_TOLD_TOGETHER = re.compile(f"{SIGN}[^{SIGN}]*{SIGN}(?: *{SIGN}[^{SIGN}]*{SIGN})+")
_DRAWN = re.compile(f"{DRAWN}([^{DRAWN}]*){DRAWN}")
_LETTERS_OF_FORMULAS = re.compile("[\U0001d400-\U0001d7ff]")
_SIGN_OF_A_FONT = re.compile("[\ue000-\uf8ff]")
_LEAST = {"_": 1}
"""One sign alone may be a word, such as a full stop."""
Block = list[Passage]
Run = tuple[int, int]
Key = Callable[[Passage], str]


def as_the_page_tells(reading: Reading, word: Reading) -> Reading:
    """Return a reading of page or print without the lines that fill tabs, and with readings of words behind them.

    Such lines lead the eye or ask to be filled in: print draws them as signs, the page may tell of the tab alone. How
    East Asian words are read stands above them in print, which tells of it first; the page has it behind, in brackets.
    """
    passages: Iterable[Passage] = reading.passages
    if word.leaders:
        signs = "|".join(f"{re.escape(sign)}{{{_LEAST.get(sign, 2)},}}" for sign in sorted(word.leaders))
        lines = re.compile(rf"(?<![^\s{SIGN}])(?:{signs})(?![^\s{SIGN}])")
        passages = (replace(each, text=lines.sub("", each.text)) for each in passages)
    if word.read_above:
        passages = _with_readings_behind(passages, word.read_above)
    return replace(reading, passages=tuple(passages))


def as_word_draws(printed: Reading, word: Reading) -> Reading:
    """Return a reading of print with what it draws otherwise than the Word file tells, and what a page may leave out.

    A bullet may be a picture, or a letter of a font of which print does not say what sign it is. A large first letter
    may come behind its text. Generated lists, and the lines of a title in a text box, are told by the Word file alone,
    and so is the number of a heading in which nothing is written.
    """
    pictured, contents = ({key_of(Passage(text)) for text in texts} for texts in (word.pictured, word.contents))
    bullets = {key_of(each): each.mark for each in word.passages if is_mark_without_number(each.mark)}
    left_out = Counter(key_of(each) for each in word.passages if each.is_optional and each.may_be_elsewhere)
    bare = Counter(_unspaced(each.mark) for each in word.passages if each.is_optional and not each.text.strip())
    passages: list[Passage] = []
    for each in _with_drop_caps_before(printed.passages, word.drop_caps):
        key = key_of(each)
        if key in pictured and not each.mark:
            each = replace(each, mark=BULLET)
        elif _SIGN_OF_A_FONT.fullmatch(each.mark.strip()):
            each = replace(each, mark=bullets.get(key, each.mark))
        if key in contents or left_out[key] > 0:
            left_out[key] -= 1
            each = each.as_optional()
        elif bare[number := _unspaced(each.text)] > 0 and number:
            bare[number] -= 1
            each = each.as_optional()
        passages.append(each)
    return replace(printed, passages=tuple(passages))


def _with_readings_behind(passages: Iterable[Passage], read_above: Sequence[tuple[str, str]]) -> Iterable[Passage]:
    forms = [(_drawn_before(said, base), f"{base}{SIGN}({said})") for base, said in dict.fromkeys(read_above)]
    for each in passages:
        text = each.text
        for drawn, told in forms:
            text = drawn.sub(told.replace("\\", r"\\"), text)
        yield replace(each, text=text)


def _drawn_before(said: str, base: str) -> re.Pattern[str]:
    gap = f"[{LINE_END} ]*"
    return re.compile(gap.join(map(re.escape, f"{said}{base}")))


def _with_drop_caps_before(passages: Iterable[Passage], drop_caps: Sequence[tuple[str, str]]) -> Iterable[Passage]:
    """Put a large first letter, which print may tell of behind its text, before it, where the text is the same then."""
    whole = {(cap, _unspaced(text)) for cap, text in drop_caps}
    for each in passages:
        for cap in {cap for cap, _ in whole}:
            text = each.text.rstrip(f" {LINE_END}")
            if text.endswith(cap) and (cap, cap + _unspaced(text.removesuffix(cap))) in whole:
                each = replace(each, text=cap + text.removesuffix(cap))
        yield each


def _unspaced(text: str) -> str:
    return "".join(in_form(text).replace("-", "").split())


def with_formulas_told(
    reading: Reading, page: Reading, *, is_in_order: bool = False, objects: int = 0
) -> Reading:  # fmt: skip
    """Let formulas be told as on the page, where they are the same: by their letters, or by all signs but the gaps.

    A page has a formula without fractions and the like as words in the line, with gaps of its own around signs. Print
    draws what is raised, lowered or above a line wherever it stands in the order of its formula; a Word file does not.
    Print draws as formulas also ``objects`` of an old equation editor, which the page shows as pictures.
    """
    arranged: Callable[[str], str] = str if is_in_order else lambda formula: "".join(sorted(formula))
    waiting: dict[str, list[str]] = {}
    for each in page.passages:
        for formula in _TOLD.findall(each.text):
            waiting.setdefault(arranged(formula), []).append(formula)
        for together in _TOLD_TOGETHER.findall(each.text):  # print tells of formulas without words between in one
            letters = "".join(_TOLD.findall(together))
            waiting.setdefault(arranged(letters), []).append(together.removeprefix(SIGN).removesuffix(SIGN))
    lines = {_unspaced(each.text): each.text for each in page.passages}
    whole = LINE_END.join(lines.values())

    def told(drawn: str, line: str) -> str:
        nonlocal objects
        same = waiting.get(arranged(formula_in_form(drawn)), ())
        if same:
            return f"{SIGN}{same.pop(0) if len(same) > 1 else same[0]}{SIGN}"
        plain = _in_a_line(drawn)
        as_on_page = re.compile(rf"(?<!\w){' *'.join(map(re.escape, plain))}(?!\w)")
        found = as_on_page.search(line) or as_on_page.search(whole) if plain else None
        if not found and objects:
            objects -= 1
            return ""
        return f"{SIGN}{found[0] if found else plain}{SIGN}"

    def with_formulas(text: str) -> str:
        line = lines.get(_unspaced(_DRAWN.sub(lambda found: _in_a_line(found[1]), text)), "")
        return _DRAWN.sub(lambda found: told(found[1], line), text)

    return replace(reading, passages=tuple(replace(each, text=with_formulas(each.text)) for each in reading.passages))


def _in_a_line(formula: str) -> str:
    """Return all signs of a formula as a page has them in a line, without gaps."""
    plain = _LETTERS_OF_FORMULAS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), in_form(formula))
    return "".join(plain.replace("\N{MINUS SIGN}", "-").split())


def without_floats(
    page: Sequence[Passage], shown: Sequence[Passage], word: Reading, key: Key
) -> tuple[Block, Block, list[tuple[Block, Block]]]:  # fmt: skip
    """Take out what floats beside the text, such as a table, where page and print tell it whole and in its own order.

    Print may tell of it before or behind the text beside it. Returned are the rest of both, and the pairs taken out.
    """
    told, keys, other_keys = (list(map(key, passages)) for passages in (word.passages, page, shown))
    gone, other_gone, pairs = set[int](), set[int](), []
    for start, end in word.floats:
        wanted = [said for said in told[start:end] if said]
        before = sum(end <= start for _, end in _runs(told, wanted))
        place, there = (_nth(_runs(each, wanted), before) for each in (keys, other_keys))
        if place and there and not (gone & set(range(*place)) or other_gone & set(range(*there))):
            pairs.append((list(page[slice(*place)]), list(shown[slice(*there)])))
            gone.update(range(*place))
            other_gone.update(range(*there))
    rest, other = (
        [each for at, each in enumerate(of) if at not in out] for of, out in ((page, gone), (shown, other_gone))
    )
    return rest, other, pairs


def _nth(runs: Sequence[Run], place: int) -> Run | None:
    return runs[place] if place < len(runs) else None


def _runs(keys: Sequence[str], wanted: Sequence[str]) -> list[Run]:
    """Return where keys follow each other as wanted; those of passages without words are passed over."""
    if not wanted:
        return []
    said = [(place, key) for place, key in enumerate(keys) if key]
    return [
        (said[start][0], said[start + len(wanted) - 1][0] + 1)
        for start in range(len(said) - len(wanted) + 1)
        if all(said[start + step][1] == each for step, each in enumerate(wanted))
    ]
