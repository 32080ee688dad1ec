"""The one form to which words that were read back are brought before they are compared, from whichever file."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from docctl.domain.issued_files.readings import LINE_END, SIGN, Kind, Passage
from docctl.word_format.symbols import sign_that_tells


class Word(NamedTuple):
    """One word in its form; ``is_loose`` where it may hang together with the word before, ``is_mark`` of a list.

    The key is its letters and, where they are told in order, its marks as they come; else its marks behind them.
    """

    text: str
    is_loose: bool
    after_hyphen: bool
    passage: int
    key: str
    is_mark: bool = False
    is_in_order: bool = False


@dataclass(frozen=True)
class Form:
    """One row of the table: what is brought to one form, and why."""

    name: str
    reason: str
    bring: Callable[[str], str]


def _replacing(pattern: str, by: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)
    return lambda text: compiled.sub(by, text)


def _compatible(text: str) -> str:
    return _PRESENTATION.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


UNKNOWN_SIGN = "□"
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_PRESENTATION = re.compile("[\ufb00-\ufdfc\ufe70-\ufefc]")
FORMS = (
    Form("ligatures", "a font draws two letters as one sign; the word is the same", _compatible),
    Form(
        "line-end hyphens",
        "a word that is broken at the end of a line is one word",
        _replacing(f"[\u00ad\u0002](?={LINE_END})", "-"),
    ),
    Form("soft hyphens", "they are seen only where a line ends, if at all", _replacing("\u00ad", "")),
    Form(
        "no-break hyphens", "they look like a hyphen and only keep a line together", _replacing("[\u2010\u2011]", "-")
    ),
    Form(
        "invisible characters",
        "they steer breaks and directions and cannot be read",
        _replacing("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe00-\ufe0f\x00-\x08\x0b\x0c\x0e-\x1f]", ""),
    ),
    Form(
        "kinds of spaces",
        "how wide a space is, or whether a line may end there, is no word",
        _replacing("[\t\r\u00a0\u1680\u2000-\u200a\u2028\u2029\u0085\u202f\u205f\u3000]", " "),
    ),
    Form(
        "signs of fonts",
        "a letter of the private range says nothing without its font, but for the common bullet; the page shows a box",
        lambda text: _PRIVATE.sub(UNKNOWN_SIGN, text.replace("\uf0b7", "•")),
    ),
    Form(
        "Unicode normal form",
        "a letter and its accent are one sign or two, and look the same",
        lambda text: unicodedata.normalize("NFC", text),
    ),
)
_KINDS_OF_FIGURES = frozenset({"chart", "diagram"})
_FIGURES = re.compile(r"[^\W_]+(?:[.,]\d+)*")
_LETTERS = re.compile(r"[^\W_]+")
_MARKS = "".join(letter for letter in map(chr, range(0x300, 0x3100)) if unicodedata.category(letter)[0] == "M")
_WORD_OR_SIGN = re.compile(rf"(?:[^\W_]|[{_MARKS}])+|[^\w\s\ufffc]")
_MARK = re.compile(f"[{_MARKS}]")
_TURNED = re.compile("[\u0700-\u0dff\u0f00-\u109f\u1700-\u18af\u1900-\u1cff\ua800-\uabff]")
"""Letters of scripts that draw some letters in another order than they are written."""
_TURNED_LETTERS = re.compile("[रরৰਰરରరರര]|(?<=្)[ក-ឳ]")
"""R, which such scripts may draw above the letter behind it, and letters that Khmer hangs below or before another."""
BRACKETS = Form(
    "brackets and quotation marks in right-to-left text",
    "they are drawn mirrored, and a file may name the sign that is drawn or the one that is meant",
    lambda text: text.translate(str.maketrans(")]}>»›’”≥", "([{<«‹‘“≤")),
)
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
ORDER_OF_LETTERS = Form(
    "order of combining marks, and of letters in scripts that turn them",
    "a PDF names them as they are drawn: a mark before or behind what it stands on, a vowel before its consonant",
    lambda text: _WORD_OR_SIGN.sub(lambda found: _without_order(found[0]), text),
)
BULLETS = frozenset("\u00ad\ufffd+~=#»›>•◦▪▫‣⁃∙·●○■□◆◇❖➢➤→–—-*o§✓✔\uf0b7\uf0a7\uf0d8\uf0fc\uf0a8\uf02d\uf06f\uf076")
BULLET = "•"
_LONGEST_SIGN = 4
_SIGNS_OF_NOTES = ("*", "§")
_PIECE = re.compile(rf"[{LINE_END}{SIGN} ]+|[^{LINE_END}{SIGN} ]+")
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3})*\.?")
LINES_OF_A_TITLE = 6
_PARTS_OF_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3})+")
_TELLS = {
    **dict.fromkeys("☐\uf06f\uf071\uf0a8", "☐"),
    **dict.fromkeys("☑☒\uf0fd\uf0fe", "☒"),
    **dict.fromkeys("✓✔\uf0fc", "✓"),
    **dict.fromkeys("✗✘\uf0fb", "✗"),
    **dict.fromkeys("☞\uf046", "☞"),
}
"""Signs that say something though they stand where a bullet stands, and the letters that Wingdings has for them."""
_ALONE = re.compile(
    "([\U0001f000-\U0001faff\u2600-\u27bf\u2e80-\u2fff\u3001-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f])"
)


def in_form(text: str) -> str:
    """Bring a text to the one form, row by row."""
    if text.isascii() and text.isprintable():
        return text
    for form in FORMS:
        text = form.bring(text)
    return text


def mark_in_form(mark: str) -> str:
    """Bring the mark of a list to the one form: which sign a bullet is says nothing, but for ticks, crosses, boxes."""
    mark = mark.strip()
    if telling := _telling(mark):
        return telling
    return BULLET if len(mark) == 1 and _is_bullet(mark) else in_form(mark).strip()


def _telling(mark: str) -> str:
    """Return the one form of a sign that says something though it stands where a bullet stands."""
    return _TELLS.get(mark, "") or _TELLS.get(sign_that_tells(mark), sign_that_tells(mark))


def is_mark_without_number(mark: str) -> bool:
    """Say whether the mark of a list is a bullet, whatever it says."""
    return mark_in_form(mark) == BULLET or bool(_telling(mark.strip()))


def _is_bullet(sign: str) -> bool:
    return sign in BULLETS or unicodedata.category(sign) in ("So", "Co") or "\u2190" <= sign <= "\u2bff"


def is_sign_of_note(passage: Passage) -> bool:
    """Say whether the mark of a passage is the sign of a note, which may look like a bullet."""
    mark = passage.mark.strip()
    is_unusual = len(mark) == 1 and _is_bullet(mark) and mark not in BULLETS and not _telling(mark)
    return passage.kind == Kind.NOTE and (mark in _SIGNS_OF_NOTES or is_unusual)


def is_empty_note(text: str) -> bool:
    """Say whether a note in print says nothing but its sign; the page leaves it out."""
    return len(text.split()) == 1 and len(text.strip()) <= _LONGEST_SIGN


def is_right_to_left(text: str) -> bool:
    """Say whether any of a text runs from right to left."""
    return not text.isascii() and RIGHT_TO_LEFT.search(text) is not None


def letters_in(text: str) -> str:
    """Return the letters and digits of a text, by which a title is known however it is set."""
    letters = "".join(_LETTERS.findall(in_form(text).replace(LINE_END, "").casefold()))
    return letters if text.isascii() else _without_order(letters)


def titles_in_letters(title: str, number: str) -> frozenset[str]:
    """Return the ways in which a line may say the title, with the number before or behind it; a page has neither."""
    return frozenset(map(letters_in, (title, f"{number} {title}", f"{title} {number}"))) - {""}


def tell_title(passages: Sequence[Passage], titles: frozenset[str]) -> tuple[Passage, ...]:
    """Let the lines that say the title be optional, one or several that say it together, because a page has none."""
    told, longest = list(passages), max(map(len, titles), default=0)
    for place in range(len(told)):
        together = with_marks = ""
        for end in range(place, min(place + LINES_OF_A_TITLE, len(told))):
            together += told[end].text + LINE_END
            with_marks += told[end].mark + told[end].text + LINE_END
            letters = letters_in(together)
            if letters in titles or letters_in(with_marks) in titles:
                told[place : end + 1] = [each.as_optional() for each in told[place : end + 1]]
            if len(letters) >= longest:
                break
    return tuple(told)


def tell_figures(passages: Iterable[Passage], in_figures: frozenset[str]) -> tuple[Passage, ...]:
    """Let passages be optional that say nothing but what the charts and diagrams of the file say."""
    if not in_figures:
        return tuple(passages)
    told = in_figures | _KINDS_OF_FIGURES
    return tuple(
        each.as_optional() if set(_FIGURES.findall(in_form(each.text).casefold())) <= told else each
        for each in passages
    )


def words_of_figures(texts: Iterable[str]) -> frozenset[str]:
    """Return the words and figures of what charts and diagrams say."""
    return frozenset(word for text in texts for word in _FIGURES.findall(in_form(text).casefold()))


def marks_apart(word: str) -> tuple[str, str]:
    """Return the letters of a word without the marks that combine with them, and those marks."""
    return (word, "") if word.isascii() else (_MARK.sub("", word), "".join(_MARK.findall(word)))


def has_marks(word: str) -> bool:
    """Say whether a word has marks that combine with its letters."""
    return not word.isascii() and _MARK.search(word) is not None


def has_turned_letters(word: str) -> bool:
    """Say whether a word has letters that a PDF may name in another order, as those of India."""
    return not word.isascii() and _TURNED.search(word) is not None


def _without_order(word: str) -> str:
    turned = _TURNED_LETTERS.findall(word) if _TURNED.search(word) else []
    base, marks = marks_apart(_TURNED_LETTERS.sub("", word) if turned else word)
    return f"{base}{''.join(sorted((*marks, *turned)))}"


def is_number(word: str) -> bool:
    """Say whether a word is a number as a heading has it: 3, 3., 4.1, 4.1.2."""
    return _NUMBER.fullmatch(word) is not None


def begins_with_number(text: str) -> bool:
    """Say whether a heading begins with a number, also with one of several parts on which its text hangs."""
    return is_number(text.split()[0]) or _PARTS_OF_NUMBER.match(text) is not None


def words_of(passages: Iterable[Passage], *, in_order: bool = False) -> list[Word]:
    """Return the words of passages one after the other, each in its form; a mark is the first word of its item."""
    words: list[Word] = []
    for place, passage in enumerate(passages):
        mark = in_form(passage.mark) if is_sign_of_note(passage) else mark_in_form(passage.mark)
        text = passage.text.strip()
        text = in_form(_TELLS.get(text[:1], text[:1]) + text[1:])
        if is_right_to_left(mark + text):
            mark, text = BRACKETS.bring(mark), BRACKETS.bring(text)
        if mark == BULLET and _telling(text[:1]):
            mark = ""
        pieces = mark.split() if is_sign_of_note(passage) else _marks_in(mark)
        marks = (_word(piece, False, False, place) for piece in pieces)
        words.extend(each._replace(is_mark=True) for each in marks)
        words.extend(_after_number(list(_split(text, place, begins_loose=bool(mark)))))
    return [word._replace(key=word.text.casefold(), is_in_order=True) for word in words] if in_order else words


def _after_number(words: list[Word]) -> list[Word]:
    """Let a text hang together with a number typed before it, because how far apart they are drawn says nothing."""
    if len(words) > 1 and is_number(words[0].text):
        words[1] = words[1]._replace(is_loose=True)
    return words


def _marks_in(mark: str) -> list[str]:
    """Return the marks of lists that begin together, as in “9. •”; signs in a mark, “Article 1 –” or “§ 1”, stay."""
    pieces = mark.split()
    are_marks = all(piece in BULLETS or piece.endswith((".", ")")) for piece in pieces)
    return [mark_in_form(piece) for piece in pieces] if are_marks else pieces


def _split(text: str, place: int, *, begins_loose: bool) -> Iterable[Word]:
    loose, hyphen = begins_loose, False
    has_signs_alone = not text.isascii() and _ALONE.search(text) is not None
    for piece in _PIECE.findall(text):
        if piece[0] in f"{LINE_END}{SIGN} ":
            loose, hyphen = " " not in piece, hyphen and not piece.strip(LINE_END)
            continue
        for part in _ALONE.split(piece) if has_signs_alone else (piece,):
            if part:
                yield _word(part, loose, hyphen, place)
                loose = True
        hyphen = piece.endswith("-")


def _word(text: str, is_loose: bool, after_hyphen: bool, place: int) -> Word:
    key = text.casefold()
    key = key if key.isascii() else ORDER_OF_LETTERS.bring(key)
    return Word(text, is_loose, after_hyphen and is_loose, place, key)


def key_of(passage: Passage) -> str:
    """Return the words of a passage in one, by which it is known elsewhere: with the sign of a note, without others."""
    sign = passage.mark if passage.kind == Kind.NOTE and mark_in_form(passage.mark) != BULLET else ""
    sign = passage.mark if is_sign_of_note(passage) else sign
    return "".join(word.key for word in words_of([replace(passage, mark=sign)]))
