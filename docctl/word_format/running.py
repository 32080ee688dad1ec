"""What the headers and footers of a Word file say on every page, in the stretches in which print draws them."""

from collections.abc import Iterator, Mapping

from docctl.word_format.markup import VML, WORD, Element

_ENDS = frozenset(f"{WORD}{name}" for name in ("tab", "ptab", "br", "cr", "fldSimple", "p"))
_GONE = frozenset(f"{WORD}{name}" for name in ("del", "moveFrom", "rPr", "pPr", "sdtPr"))
_RUNNING = (f"{WORD}hdr", f"{WORD}ftr")
END = "\n"


def running_lines(parts: Mapping[str, Element]) -> tuple[str, ...]:
    """Return what headers and footers say, without what their fields work out on each page."""
    told = ("".join(_said(root, _Fields())) for root in parts.values() if root.tag in _RUNNING)
    return tuple(dict.fromkeys(" ".join(line.split()) for text in told for line in text.split(END) if line.strip()))


class _Fields:
    """How many fields are open, each with whether what it shows is worked out anew."""

    def __init__(self) -> None:
        self._open: list[bool] = []

    def take(self, piece: Element) -> None:
        """Open or close a field, or learn what it does."""
        kind = piece.get(f"{WORD}fldCharType")
        if kind == "begin":
            self._open.append(True)
        elif kind == "end" and self._open:
            self._open.pop()
        elif piece.tag == f"{WORD}instrText" and self._open and (piece.text or "").upper().split()[:1] == ["HYPERLINK"]:
            self._open[-1] = False

    @property
    def is_worked_out(self) -> bool:
        """Whether what stands here changes from page to page."""
        return any(self._open)


def _said(holder: Element, fields: _Fields) -> Iterator[str]:
    for piece in holder:
        if piece.tag in (f"{WORD}fldChar", f"{WORD}instrText"):
            yield END
            fields.take(piece)
        elif piece.tag in _GONE:
            continue
        elif piece.tag == f"{WORD}t":
            yield "" if fields.is_worked_out else piece.text or ""
        elif piece.tag == f"{WORD}sym":
            code = piece.get(f"{WORD}char", "")
            yield chr(int(code, 16)) if code else ""
        elif piece.tag == f"{WORD}noBreakHyphen":
            yield "-"
        elif piece.tag == f"{VML}textpath":
            yield f"{END}{piece.get('string', '')}{END}"
        elif piece.tag in _ENDS:
            yield END
            yield from _said(piece, fields) if piece.tag == f"{WORD}p" else ()
            yield END
        else:
            yield from _said(piece, fields)
