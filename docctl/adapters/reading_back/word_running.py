"""The kinds of fields that headers and footers of a Word file work out on each page, and what they say there."""

from collections.abc import Iterable, Mapping

from docctl.adapters.reading_back.word_names import Element, W
from docctl.domain.issued_files.readings import LINES
from docctl.word_format.markup import visible_text
from docctl.word_format.running import running_lines

__all__ = ["running_fields", "running_lines", "running_paragraphs"]


def running_fields(parts: Mapping[str, Element]) -> frozenset[str]:
    """Return the kinds of the fields that headers and footers work out on each page, and whether lines are numbered."""
    told = (
        each.get(f"{W}instr", "") if each.tag == f"{W}fldSimple" else each.text or ""
        for root in _running(parts)
        for each in root.iter(f"{W}instrText", f"{W}fldSimple")
    )
    kinds = frozenset(words[0].upper() for text in told if (words := text.split()))
    has_numbered_lines = any(next(root.iter(f"{W}lnNumType"), None) is not None for root in parts.values())
    return kinds | {LINES} if has_numbered_lines else kinds


def running_paragraphs(parts: Mapping[str, Element]) -> tuple[str, ...]:
    """Return the paragraphs of headers and footers with what their fields showed, as they are quoted."""
    lines = (visible_text(each) for root in _running(parts) for each in root.iter(f"{W}p"))
    return tuple(dict.fromkeys(" ".join(line.split()) for line in lines if line.strip()))


def _running(parts: Mapping[str, Element]) -> Iterable[Element]:
    return (root for root in parts.values() if root.tag in (f"{W}hdr", f"{W}ftr"))
