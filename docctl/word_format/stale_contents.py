"""Contents and lists of captions in a Word file whose entries are no longer those of its text."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from docctl.word_format.fields import FieldsRead, WordField
from docctl.word_format.markup import WORD, Element
from docctl.word_format.styles import heading_level

_SHOWN = tuple(f"{WORD}{name}" for name in ("t", "tab", "ptab", "br", "cr", "noBreakHyphen"))
_TABS = (f"{WORD}tab", f"{WORD}ptab")
_CHANGED_AWAY = (f"{WORD}del", f"{WORD}moveFrom", f"{WORD}pPr")
_SWITCH = re.compile(r'\\([a-z])(?:\s*"([^"]*)"|\s+([^\\\s]+))?', re.IGNORECASE)
_LONGEST_NUMBER = 40
_ROMAN = r"[ivxlcdmIVXLCDM]+"
_PAGE = re.compile(rf"\W*(?:{_ROMAN}|\S{{0,6}}\d\S{{0,6}})\W*")
_TYPED_PAGE = re.compile(r"(?:[\s.…·_]\d{1,4}|[.…_][\s.…_]?[ivxlcdm]{1,12})$")
_LABEL = re.compile(
    rf"\s*(?:\S{{0,20}}\d\S{{0,20}}|\S{{1,4}}|[^\W\d_]+\.?\s+(?:\S{{0,20}}\d\S{{0,20}}|[A-Z][.:)]?|{_ROMAN}[.:)]?))\s*"
)
_NUMBER = (
    r"(?:(?:\S{0,20}\d\S{0,20}|[A-Z]|[IVXLC]+)(?:[.:)]\s*|\s+)|[一二三四五六七八九十]+、\s*|第\S{1,4}\s+)[\s.:)–—-]*"
)
_NUMBERED = re.compile(rf"^\s*{_NUMBER}")
_NAMED_AND_NUMBERED = re.compile(rf"^\s*[^\W\d_]{{1,20}}\.?\s+{_NUMBER}")


def stale_entries(
    fields: FieldsRead, texts: Sequence[Element], levels: dict[str, int], styles: Element | None
) -> Iterator[tuple[Element, str, bool]]:
    """Yield the entries that are no heading of the text, or no caption: the paragraph, its words, if of captions."""
    if any(each.kind == "RD" for each in fields.fields):
        return  # such contents tell of other files
    outermost = [each for each in fields.fields if each.kind == "TOC" and not _is_within_contents(each)]
    entries = [(each, dict(_entries_of(each))) for each in outermost]
    generated = {paragraph for _, found in entries for paragraph in found}
    known = _Known(texts, generated, levels, styles, fields) if entries else None
    for contents, found in entries:
        for paragraph, text in found.items():
            readings = _readings_of_entry(text)
            if known is not None and readings and not readings & known.for_contents(contents):
                yield paragraph, _without_page(text), bool(_captions_listed(contents))


class _Known:
    """What entries of contents may say: the headings of the text, its captions, and what fields add to contents."""

    def __init__(
        self,
        texts: Sequence[Element],
        generated: set[Element],
        levels: dict[str, int],
        styles: Element | None,
        fields: FieldsRead,
    ) -> None:
        listed = list(styles.iter(f"{WORD}style")) if styles is not None else []
        names = {each.get(f"{WORD}styleId", ""): _value(each, f"{WORD}name").casefold() for each in listed}
        linked = {each.get(f"{WORD}styleId", ""): _value(each, f"{WORD}link") for each in listed}
        self._headings = {
            reading
            for each in fields.fields
            if each.kind == "TC" and each.arguments
            for reading in _readings(each.arguments[0])
        }
        self._by_style: dict[str, set[str]] = {}
        self._captions: dict[str, set[str]] = {}
        for paragraph in (each for root in texts for each in root.iter(f"{WORD}p") if each not in generated):
            readings = _readings(_text_of(_pieces_of(paragraph)))
            style = _value(paragraph, f"{WORD}pPr/{WORD}pStyle")
            for name in (style.casefold(), names.get(style, "")):
                self._by_style.setdefault(name, set()).update(readings)
            if heading_level(paragraph, levels) is not None:
                self._headings |= readings
            self._headings |= _readings(_text_of(_pieces_in_heading_letters(paragraph, linked, levels)))
        for each in fields.fields:
            paragraph = next(each.begin.iterancestors(f"{WORD}p"), None)
            if each.kind == "SEQ" and each.arguments and paragraph is not None and paragraph not in generated:
                said = _readings(_text_of(_pieces_of(paragraph)), is_named=True)
                self._captions.setdefault(each.arguments[0].casefold(), set()).update(said)

    def for_contents(self, contents: WordField) -> set[str]:
        """Return what the entries of one field may say."""
        captions = _captions_listed(contents)
        known = set().union(*(self._captions.get(name, set()) for name in captions)) if captions else self._headings
        for style in _styles_listed(contents):
            known = known | self._by_style.get(style, set())
        return known


def _entries_of(contents: WordField) -> Iterator[tuple[Element, str]]:
    """Yield each paragraph of a generated list with what it says, without the numbers of pages that are fields."""
    shown: dict[Element, list[Element]] = {}
    own = set(_pieces_shown(contents))
    for piece in own:
        paragraph = next(piece.iterancestors(f"{WORD}p"), None)
        if paragraph is not None:
            shown.setdefault(paragraph, []).append(piece)
    for paragraph in shown:
        yield paragraph, _text_of(piece for piece in paragraph.iter(*_SHOWN) if piece in own)


def _pieces_shown(each: WordField) -> Iterator[Element]:
    yield from (piece for piece in each.shown if piece.tag in _SHOWN)
    for inner in each.inner:
        if not inner.is_in_instruction and inner.kind != "PAGEREF":
            yield from _pieces_shown(inner)


def _pieces_of(paragraph: Element) -> Iterator[Element]:
    for piece in paragraph.iter(*_SHOWN):
        around = list(piece.iterancestors(f"{WORD}p", *_CHANGED_AWAY))
        if around and around[0] is paragraph:
            yield piece


def _pieces_in_heading_letters(paragraph: Element, linked: dict[str, str], levels: dict[str, int]) -> Iterator[Element]:
    """Yield what stands in the letters of a heading within a paragraph that is none, which Word lists as well."""
    for piece in _pieces_of(paragraph):
        if linked.get(_value(piece.getparent(), f"{WORD}rPr/{WORD}rStyle")) in levels:
            yield piece


def _text_of(pieces: Iterable[Element]) -> str:
    return "".join(
        (piece.text or "") if piece.tag == f"{WORD}t" else "\t" if piece.tag in _TABS else " " for piece in pieces
    )


def _is_within_contents(each: WordField) -> bool:
    while each.outer is not None:
        each = each.outer
        if each.kind == "TOC":
            return True
    return False


def _switches(contents: WordField) -> Iterator[tuple[str, str]]:
    for name, quoted, plain in _SWITCH.findall(contents.instruction):
        yield name.casefold(), (quoted or plain).strip()


def _captions_listed(contents: WordField) -> set[str]:
    return {value.casefold() for name, value in _switches(contents) if name in ("a", "c") and value}


def _styles_listed(contents: WordField) -> set[str]:
    told = (value for name, value in _switches(contents) if name == "t")
    return {name.strip().casefold() for value in told for name in re.split(r"[,;]", value) if name.strip()}


def _readings_of_entry(text: str) -> set[str]:
    """Return what an entry may say once its label and its page are left out, as far as they can be told."""
    return {reading for said in (text, _without_page(text)) for reading in _readings(said, is_named=True)}


def _without_page(text: str) -> str:
    before, tab, last = text.rstrip("\t ").rpartition("\t")
    if tab and before.strip() and len(last) <= _LONGEST_NUMBER and _PAGE.fullmatch(last):
        return before
    return _TYPED_PAGE.sub("", text.rstrip()).rstrip(" .…·_") or text


def _readings(text: str, *, is_named: bool = False) -> set[str]:
    """Return the letters and digits of a text as it stands, and without the number before it, or its name with it."""
    text = text.strip()
    label, tab, behind = text.partition("\t")
    said = [text, _NUMBERED.sub("", text, count=1)]
    said += [_NAMED_AND_NUMBERED.sub("", text, count=1)] if is_named else []
    said += [behind] if tab and len(label) <= _LONGEST_NUMBER and _LABEL.fullmatch(label) else []
    return {bare for each in said if (bare := _bare(each))}


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def _value(element: Element, path: str) -> str:
    found = element.find(path)
    return str(found.get(f"{WORD}val", "")) if found is not None else ""
