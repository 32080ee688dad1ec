"""Lists that Word generates, of contents, tables and figures, with the headings that only announce them."""

import re
from collections.abc import Iterator, Set

from docctl.word_format.markup import WORD, Element, is_contents_heading, visible_text
from docctl.word_format.styles import TITLE, heading_level

_PICTURES = (f"{WORD}drawing", f"{WORD}pict", f"{WORD}object")
_BLOCKS = (f"{WORD}p", f"{WORD}tbl")
_LISTS_OF_CAPTIONS = re.compile(
    r"(?:list|table) of (?:tables|figures|illustrations|equations|charts)"
    r"|(?:tables|figures|illustrations)|(?:tabellen|abbildungs|formel)verzeichnis"
    r"|verzeichnis der (?:tabellen|abbildungen|formeln|diagramme)"
    r"|(?:liste|table) des (?:tableaux|figures|illustrations)|lijst (?:van|met) (?:tabellen|figuren|afbeeldingen)"
    r"|(?:lista|índice) de (?:tablas|figuras|ilustraciones|tabelas|quadros)"
    r"|(?:elenco|indice) delle (?:tabelle|figure|illustrazioni)|spis (?:tabel|rysunków|ilustracji)"
)


def announcements(root: Element, pieces: list[Element], levels: dict[str, int]) -> list[Element]:
    """Return the headings with nothing under them but generated lists, and the lines over such a list that name it."""
    lists, gone = frozenset(pieces), set(pieces)
    blocks = list(_blocks(root, gone))
    found: list[Element] = []
    for place in range(len(blocks) - 1, -1, -1):
        block = blocks[place]
        if block in gone or block.tag != f"{WORD}p" or not visible_text(block).strip():
            continue
        level = heading_level(block, levels)
        announces = (
            _has_only_lists(blocks, place, level, levels, gone)
            if level
            else _names_the_next(blocks, place, lists) and not (level == TITLE and _is_the_title(blocks, place))
        )
        if announces:
            gone.add(block)
            found.append(block)
    return found


def _has_only_lists(
    blocks: list[Element], place: int, level: int, levels: dict[str, int], gone: set[Element]
) -> bool:  # fmt: skip
    has_list = False
    for block in blocks[place + 1 :]:
        if block in gone:
            has_list = True
        elif not _is_blank(block):
            below = heading_level(block, levels) if block.tag == f"{WORD}p" else None
            return has_list and bool(below) and below is not None and below <= level
    return has_list


def _is_the_title(blocks: list[Element], place: int) -> bool:
    """Say whether a line is the title of the file: it stands above all others and does not announce contents."""
    return not is_contents_heading(visible_text(blocks[place])) and all(map(_is_blank, blocks[:place]))


def _names_the_next(blocks: list[Element], place: int, lists: Set[Element]) -> bool:
    text = " ".join(re.sub(r"[\s:.]+", " ", visible_text(blocks[place])).split()).casefold()
    if not (is_contents_heading(text) or _LISTS_OF_CAPTIONS.fullmatch(text)):
        return False
    behind = next((block for block in blocks[place + 1 :] if block in lists or not _is_blank(block)), None)
    return behind is not None and behind in lists


def _is_blank(block: Element) -> bool:
    if block.tag != f"{WORD}p":
        return False
    return not visible_text(block).strip() and next(block.iter(*_PICTURES), None) is None


def _blocks(parent: Element, gone: set[Element]) -> Iterator[Element]:
    """Yield the paragraphs and tables of a text in order, and generated lists as one where they are."""
    for child in parent:
        if child in gone or child.tag in _BLOCKS:
            yield child
        elif isinstance(child.tag, str):
            yield from _blocks(child, gone)
