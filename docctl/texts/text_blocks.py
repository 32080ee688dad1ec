"""The blocks of a text as it is read: headings, paragraphs, list items, rows of tables, pictures, footnotes."""

from html.parser import HTMLParser

from docctl.texts.differences import ROW, Block

HEADING, PARAGRAPH, ITEM, QUOTE, CODE, PICTURE, FOOTNOTE = (
    "heading", "paragraph", "item", "quote", "code", "picture", "footnote",
)  # fmt: skip
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_LISTS = {"ul", "ol"}
_BREAKS_BLOCK = {"p", "div", "dl", "dt", "dd", "figure", "figcaption", "hr", "section", "blockquote"} | _LISTS


def blocks_of(page_text: str) -> tuple[Block, ...]:
    """Return the blocks of a safe page text in reading order, each with the section it stands in."""
    reader = _BlockReader()
    reader.feed(page_text)
    reader.close()
    reader.finish()
    return tuple(reader.blocks)


class _BlockReader(HTMLParser):
    """Gathers words until a block ends; marks of footnotes only count, and a formula is what its text keeps."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._text: list[str] = []
        self._cells: list[str] | None = None
        self._kinds: list[str] = []
        self._lists = 0
        self._table = 0
        self._level = 0
        self._section, self._anchor = "", ""
        self._silent = 0
        self._silent_tags: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, or note a picture."""
        attributes = dict(attrs)
        if tag in ("sup", "a"):
            silent = attributes.get("class") in ("footnote-ref", "footnote-backref")
            self._silent_tags.append(silent)
            self._silent += silent
        elif tag == "math":
            self._text.append(attributes.get("alttext") or "")
            self._silent += 1
        elif tag in _HEADINGS:
            self._end_block()
            self._kinds.append(HEADING)
            self._level = int(tag[1])
            self._anchor = attributes.get("id") or ""
        elif tag == "img":
            self._picture(attributes.get("alt") or "", attributes.get("src") or "")
        elif tag == "br":
            self._text.append(" ")
        elif self._cells is None:
            self._start_block(tag, attributes)
        elif tag in ("td", "th"):
            self._text.clear()
        elif tag in _BREAKS_BLOCK or tag == "li":
            self._text.append(" ")

    def _start_block(self, tag: str, attributes: dict[str, str | None]) -> None:
        if tag in _BREAKS_BLOCK or tag in ("li", "pre", "table"):
            self._end_block()
        if tag in _LISTS:
            self._lists += 1
        elif tag == "li":
            self._kinds.append(FOOTNOTE if attributes.get("class") == "footnote-item" else ITEM)
        elif tag == "blockquote":
            self._kinds.append(QUOTE)
        elif tag == "pre":
            self._kinds.append(CODE)
        elif tag == "section" and attributes.get("class") == "footnotes":
            self._section, self._anchor = "", "footnotes"
        elif tag == "table":
            self._table += 1
        elif tag == "tr":
            self._cells = []

    def handle_endtag(self, tag: str) -> None:
        """End a block, a cell or a row."""
        if tag in ("sup", "a"):
            self._silent -= self._silent_tags.pop() if self._silent_tags else 0
        elif tag == "math":
            self._silent -= 1
        elif tag in ("td", "th") and self._cells is not None:
            self._cells.append(self._taken())
        elif tag == "tr" and self._cells is not None:
            cells, self._cells = tuple(self._cells), None
            if any(cells):
                self._add(ROW, cells)
        elif self._cells is None:
            self._leave(tag)

    def _leave(self, tag: str) -> None:
        if tag in _HEADINGS:
            self._section = " ".join("".join(self._text).split())
        if tag in _HEADINGS or tag in _BREAKS_BLOCK or tag in ("li", "pre"):
            self._end_block()
        if self._kinds and (tag in _HEADINGS or tag in ("li", "pre", "blockquote")):
            self._kinds.pop()
        if tag in _LISTS:
            self._lists -= 1

    def handle_data(self, data: str) -> None:
        """Take words in."""
        if not self._silent:
            self._text.append(data)

    def finish(self) -> None:
        """Take in what stands after the last block."""
        self._end_block()

    def _picture(self, alt: str, source: str) -> None:
        words = alt or source.rpartition("/")[2]
        if self._cells is not None:
            self._text.append(f" {words} ")
            return
        self._end_block()
        self._add(PICTURE, (words,))

    def _taken(self) -> str:
        text = "".join(self._text)
        self._text.clear()
        return text.strip("\n") if self._kinds and self._kinds[-1] == CODE else " ".join(text.split())

    def _end_block(self) -> None:
        text = self._taken()
        if text:
            self._add(self._kinds[-1] if self._kinds else PARAGRAPH, (text,))

    def _add(self, kind: str, cells: tuple[str, ...]) -> None:
        level = self._level if kind == HEADING else self._lists if kind == ITEM else 0
        self.blocks.append(Block(kind, cells, level, self._section, self._anchor, self._table if kind == ROW else 0))
