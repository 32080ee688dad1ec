"""The languages of a file that its author wrote in Word: as the library recognised them, whatever Word was set to."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from docx.document import Document
from lxml import etree

from docctl.adapters.word_document.package import page_parts
from docctl.adapters.word_document.xml import element, text_of, w
from docctl.texts.text_language import BY_SHAPES, direction_of, main_language

Part = tuple[str, list[etree._Element]]
"""A language, and the runs that are in it."""
_BEHIND = tuple(map(w, ("eastAsianLayout", "specVanish", "oMath", "rPrChange")))
_NO_LANGUAGE = frozenset(("zxx", "x", "und"))


def speak(document: Document, language: str, sections: Sequence[tuple[str, str]] = ()) -> None:
    """Let a file say in which language it is: the one given, from each heading of a section on that of the section.

    What most of a part claimed to be in gives way; a word that claims to be in another language keeps that.
    """
    main, usual = main_language(language), _usual(document)
    outside = [(language, list(part.element.iter(w("r")))) for part in page_parts(document)]
    for spoken, runs in (*_parts(document.element.body, language, sections), *outside):
        claims: Counter[str] = Counter()
        for run in runs:
            claims[_claim(run, spoken) or usual] += len(text_of(run))
        most = max(claims, key=claims.__getitem__, default="")
        for run in runs:
            claimed = _claim(run, spoken)
            if claimed in _NO_LANGUAGE:
                continue
            if claimed == most != main_language(spoken) if claimed else main_language(spoken) != main:
                _say(run, spoken)
    for mark in document.styles.element.iter(w("lang")):
        if main_language(mark.get(w("val"), "")) == usual != main:
            mark.set(_attribute(language), language)


def _usual(document: Document) -> str:
    """Return the language that runs are in that claim none."""
    styles = document.styles.element
    normal = styles.xpath("w:style[@w:type='paragraph' and @w:default='1']/w:rPr/w:lang/@w:val")
    return main_language((normal or styles.xpath("w:docDefaults//w:lang/@w:val") or [""])[0])


def _parts(body: etree._Element, language: str, sections: Sequence[tuple[str, str]]) -> Iterator[Part]:
    """Give the parts of a text, one from each heading on at which its language changes."""
    waiting, spoken, runs = list(sections), language, list[etree._Element]()
    for paragraph in body.iter(w("p")):
        if waiting and _letters(text_of(paragraph)) == _letters(waiting[0][0]):
            yield spoken, runs
            spoken, runs = waiting.pop(0)[1], []
        runs += paragraph.iter(w("r"))
    yield spoken, runs


def _letters(text: str) -> str:
    """Return what tells a heading, whether its number is drawn or typed."""
    return "".join(filter(str.isalnum, text.casefold())).lstrip("0123456789")


def _attribute(language: str) -> str:
    """Return where Word looks for the language of such letters."""
    main = main_language(language)
    return w("eastAsia" if main in BY_SHAPES else "bidi" if direction_of(main) == "rtl" else "val")


def _claim(run: etree._Element, language: str) -> str:
    mark = run.find(f"{w('rPr')}/{w('lang')}")
    return main_language(mark.get(_attribute(language), "")) if mark is not None else ""


def _say(run: etree._Element, language: str) -> None:
    properties = run.find(w("rPr"))
    if properties is None:
        properties = element("rPr")
        run.insert(0, properties)
    mark = properties.find(w("lang"))
    if mark is None:
        mark = element("lang")
        follower = next(_of(properties, _BEHIND), None)
        properties.append(mark) if follower is None else follower.addprevious(mark)
    mark.set(_attribute(language), language)


def _of(properties: etree._Element, names: Iterable[str]) -> Iterator[etree._Element]:
    return (child for child in properties if child.tag in names)
