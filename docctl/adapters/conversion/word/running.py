"""What headers, footers and watermarks of a Word file say on every page and its text does not."""

import calendar
import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import deepcopy

from docctl.domain.documents.word_controls import COPY_LINE_STYLE, MARK_STYLE, STATUS_LINE_STYLE
from docctl.texts.short_list import told_of
from docctl.word_format.fields import fields_of
from docctl.word_format.markup import (
    LINKS,
    OFFICE_LINKS,
    WORD,
    Element,
    links_part,
    main_part,
    resolved,
    visible_text,
    words_in,
)
from docctl.word_format.running import running_lines

_SHOWN = 5
_OWN_STYLES = (MARK_STYLE, STATUS_LINE_STYLE, COPY_LINE_STYLE)
_OF_DOCUMENTS = frozenset(
    (
        *("page", "pages", "of", "sheet", "version", "ver", "revision", "rev", "issue", "issued", "date", "dated"),
        *("effective", "document", "doc", "number", "no", "nr", "id", "ref", "reference", "code", "title", "file"),
        *("seite", "von", "blatt", "fassung", "stand", "datum", "dokument", "nummer", "titel", "pagina", "page", "de"),
        *("sur", "página", "versión", "versione", "versie", "van", "di", "the", "and"),
        *(name.casefold() for names in (calendar.month_name, calendar.month_abbr, calendar.day_name) for name in names),
    )
)
"""Words by which a header names and counts its document, which is no rule of it."""

_FIGURE = re.compile(r"(?<![^\W\d_])[^\W\d_]*\d[^\W_]*(?:[.:/-]\d+)*")
_NUMBER_OF_PARAGRAPH = re.compile(r"\\[nprw]\b")
"""Switches by which a field shows the number of what it looks up, or where it stands, in place of its text."""


def running_parts(trees: Mapping[str, Element]) -> dict[str, Element]:
    """Return the headers and footers that print draws: those that a section points at, on the pages that it has."""
    main = main_part(trees)
    settings = trees.get(posixpath.join(posixpath.dirname(main), "settings.xml"))
    has_even = settings is not None and _is_on(settings.find(f"{WORD}evenAndOddHeaders"))
    links = trees.get(links_part(main))
    targets = {
        link.get("Id", ""): resolved(links_part(main), link.get("Target", ""))
        for link in (links.iterchildren(f"{LINKS}Relationship") if links is not None else ())
    }
    found = {}
    for section in trees[main].iter(f"{WORD}sectPr"):
        for each in section.iterchildren(f"{WORD}headerReference", f"{WORD}footerReference"):
            kind, name = each.get(f"{WORD}type", "default"), targets.get(each.get(f"{OFFICE_LINKS}id", ""), "")
            is_drawn = {"even": has_even, "first": _is_on(section.find(f"{WORD}titlePg"))}.get(kind, True)
            if is_drawn and name in trees:
                found[name] = trees[name]
    return found


def said_on_every_page(trees: Mapping[str, Element]) -> tuple[str, ...]:
    """Return the lines of headers, footers and watermarks, without what their fields and docctl itself put there."""
    return running_lines({name: without_own(root) for name, root in running_parts(trees).items()})


def without_own(root: Element) -> Element:
    """Return a part without the lines and controls that docctl fills in."""
    own = [each for each in root.iter(f"{WORD}pStyle", f"{WORD}tag") if _is_own(each)]
    if not own:
        return root
    copied = deepcopy(root)
    for each in [each for each in copied.iter(f"{WORD}pStyle", f"{WORD}tag") if _is_own(each)]:
        holder = each.getparent().getparent()
        holder.getparent().remove(holder)
    return copied


def _is_own(mark: Element) -> bool:
    """Say whether a line is in a style of docctl's own, or a control is one that docctl fills in."""
    said = mark.get(f"{WORD}val", "")
    return said in _OWN_STYLES if mark.tag == f"{WORD}pStyle" else said.startswith("docctl:")


def running_named(lines: Collection[str], *known: str) -> Iterator[str]:
    """Yield a sentence for the lines with words that are neither known nor such as name and count a document.

    Figures in such lines have a sentence of their own, because a version or a day there is one that nobody keeps up.
    """
    figures = set(_figures(" ".join(known)))
    told = lines_with_words(lines, *known)
    counted = [line for line in lines if line not in told and any(each not in figures for each in _figures(line))]
    if told:
        yield f"Headers, footers or watermarks of the Word file and its PDF say what the page does not: {_some(told)}."
    if counted:
        yield (
            "Headers or footers of the Word file and its PDF say a number, version or day that the page does not, "
            f"and that nobody keeps up: {_some(counted)}."
        )


def lines_with_words(lines: Iterable[str], *known: str) -> list[str]:
    """Return the lines with words that are neither known nor such as name and count a document."""
    usual = {*words_in(" ".join(known)), *_OF_DOCUMENTS}
    return [line for line in lines if any(_is_word(word) and word not in usual for word in words_in(line))]


def _figures(text: str) -> Iterator[str]:
    return (found[0].casefold() for found in _FIGURE.finditer(text))


def _some(lines: list[str]) -> str:
    return told_of([f"“{line}”" for line in lines], _SHOWN)


def running_heads_named(trees: Mapping[str, Element], styles: Element | None) -> Iterator[str]:
    """Yield a sentence for each text that Word looks up for every page, as that of its chapter, and a PDF repeats.

    Where the whole text has but one such line, and the file says it, both say the same.
    """
    for root in running_parts(trees).values():
        for each in fields_of(root).fields:
            if each.kind != "STYLEREF" or not each.arguments:
                continue
            style, shown = each.arguments[0], " ".join(each.result.split())
            found = set(_texts_in_style(trees[main_part(trees)], _named_style(style), styles))
            is_number = _NUMBER_OF_PARAGRAPH.search(each.instruction) is not None
            if len(found) != 1 or not (is_number or shown in found):
                said = f"says “{shown}” on every page" if shown else "says nothing there"
                yield (
                    "A header or footer of the Word file shows on each page the text there in the style "
                    f"“{_named_style(style)}”; its PDF {said}."
                )


def _named_style(told: str) -> str:
    return f"Heading {told}" if told.isdigit() else told


def _texts_in_style(root: Element, style: str, styles: Element | None) -> Iterator[str]:
    known = styles.iter(f"{WORD}style") if styles is not None else ()
    keys = {
        each.get(f"{WORD}styleId", "")
        for each in known
        if style.casefold() in (name.get(f"{WORD}val", "").casefold() for name in each.iterchildren(f"{WORD}name"))
    }
    for mark in root.iter(f"{WORD}pStyle", f"{WORD}rStyle"):
        text = " ".join(visible_text(mark.getparent().getparent()).split())
        if text and mark.get(f"{WORD}val") in keys:
            yield text


def _is_word(word: str) -> bool:
    return len(word) > 1 and word.isalpha()


def _is_on(switch: Element | None) -> bool:
    return switch is not None and switch.get(f"{WORD}val", "true") not in ("0", "false", "off")
