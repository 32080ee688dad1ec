"""What the headers and footers of a Word file say on every page, in the stretches in which print draws them."""

from collections.abc import Iterable, Iterator, Mapping

from docctl.adapters.reading_back.word_names import VML, Element, W
from docctl.adapters.reading_back.word_pieces import symbol_of
from docctl.domain.issued_files.readings import LINES

_ENDS = frozenset(f"{W}{name}" for name in ("tab", "ptab", "br", "cr", "fldSimple", "p"))
_GONE = frozenset(f"{W}{name}" for name in ("del", "moveFrom", "rPr", "pPr", "sdtPr"))
END = "\n"


def running_lines(parts: Mapping[str, Element]) -> tuple[str, ...]:
    """Return what headers and footers say, without what their fields work out on each page."""
    told = ("".join(_said(root, _Fields())) for root in _running(parts))
    return tuple(dict.fromkeys(" ".join(line.split()) for text in told for line in text.split(END) if line.strip()))


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


def _running(parts: Mapping[str, Element]) -> Iterable[Element]:
    return (root for root in parts.values() if root.tag in (f"{W}hdr", f"{W}ftr"))


class _Fields:
    """How many fields are open, each with whether what it shows is worked out anew."""

    def __init__(self) -> None:
        self._open: list[bool] = []

    def take(self, piece: Element) -> None:
        """Open or close a field, or learn what it does."""
        kind = piece.get(f"{W}fldCharType")
        if kind == "begin":
            self._open.append(True)
        elif kind == "end" and self._open:
            self._open.pop()
        elif piece.tag == f"{W}instrText" and self._open and (piece.text or "").split()[:1] == ["HYPERLINK"]:
            self._open[-1] = False

    @property
    def is_worked_out(self) -> bool:
        """Whether what stands here changes from page to page."""
        return any(self._open)


def _said(holder: Element, fields: _Fields) -> Iterator[str]:
    for piece in holder:
        if piece.tag in (f"{W}fldChar", f"{W}instrText"):
            yield END
            fields.take(piece)
        elif piece.tag in _GONE:
            continue
        elif piece.tag == f"{W}t":
            yield "" if fields.is_worked_out else piece.text or ""
        elif piece.tag == f"{W}sym":
            yield symbol_of(piece)
        elif piece.tag == f"{W}noBreakHyphen":
            yield "-"
        elif piece.tag == f"{VML}textpath":
            yield f"{END}{piece.get('string', '')}{END}"
        elif piece.tag in _ENDS:
            yield END
            yield from _said(piece, fields) if piece.tag == f"{W}p" else ()
            yield END
        else:
            yield from _said(piece, fields)
