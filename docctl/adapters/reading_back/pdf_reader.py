"""The reader of the PDF: the passages that its tags tell of, in logical order, read from the bytes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from docctl.adapters.reading_back.pdf_pages import Leaf, pages_of
from docctl.domain.issue_sheet import IssueSheet
from docctl.domain.reading_forms import BULLETS, LINE_END, SIGN, Cell, Kind, Passage, Reading

_HEADINGS = frozenset({"H", "H1", "H2", "H3", "H4", "H5", "H6", "Title"})
_PARAGRAPHS = _HEADINGS | frozenset(
    {"P", "LBody", "LI", "TD", "TH", "Caption", "Note", "FENote", "BlockQuote", "Code", "Formula", "Figure"}
)
_NOTES = frozenset({"Note", "FENote"})
_CONTENTS = frozenset({"TOC", "TOCI"})
_GROUPS = frozenset(
    (
        *("Document", "DocumentFragment", "Part", "Sect", "Div", "Art", "Aside", "NonStruct", "L", "Index"),
        *("Table", "THead", "TBody", "TFoot", "TR"),
    )
)


def read_pdf(data: bytes, sheet: IssueSheet) -> Reading:
    """Return what a PDF says of the text, passage by passage, without what docctl prints around it."""
    pages = pages_of(data)
    passages = _passages(pages.leaves)
    if pages.writer.startswith("Typst"):
        passages = _between_cover_and_record(passages, sheet)
    title = " ".join(sheet.title.split())
    return Reading(tuple(each.as_optional() if " ".join(each.text.split()) == title else each for each in passages))


@dataclass
class _Building:
    """A passage that is put together from its pieces."""

    kind: Kind
    tag: str
    table: tuple[int, ...] = ()
    cell: Cell | None = None
    said: list[str] = field(default_factory=list)
    mark: list[str] = field(default_factory=list)
    is_item: bool = False
    is_optional: bool = False


@dataclass(frozen=True)
class _Tagged(Passage):
    """A passage with the tag it stands under, and the place of its table among the tags."""

    tag: str = ""
    table: tuple[int, ...] = ()


def _passages(leaves: Sequence[Leaf]) -> list[_Tagged]:
    built: dict[tuple[int, ...], _Building] = {}
    last = None
    for leaf in leaves:
        if _CONTENTS & set(leaf.tags):
            if last is not None:
                last.is_optional = True
            continue
        at = _depth_of_passage(leaf)
        if leaf.path[:at] not in built:
            built[leaf.path[:at]] = _begun(leaf, at)
        last = built[leaf.path[:at]]
        _add(leaf, last)
    found, mark = [], ""
    for each in built.values():
        if each.is_item and each.said and each.said[0].strip() in BULLETS:
            each.mark.append(each.said.pop(0))
        text = "".join(each.said)
        mark = mark or "".join(each.mark).strip()
        if text.strip():
            found.append(_Tagged(text, each.kind, mark, each.cell, each.is_optional, each.tag, each.table))
            mark = ""
    return found


def _begun(leaf: Leaf, at: int) -> _Building:
    tags = leaf.tags[:at]
    kind = Kind.HEADING if tags[-1] in _HEADINGS else Kind.TEXT
    table = leaf.path[: tags.index("Table") + 1] if "Table" in tags else ()
    return _Building(Kind.NOTE if _NOTES & set(tags) else kind, tags[-1], table, is_item="LI" in tags)


def _add(leaf: Leaf, passage: _Building) -> None:
    """Put a piece to its passage: a formula by its alternative text, a label as mark or sign."""
    if "Formula" in leaf.tags:
        passage.said.append(f"{SIGN}{leaf.alternative}{SIGN}")
    elif "Figure" in leaf.tags:
        return
    elif "Lbl" in leaf.tags:
        holder = leaf.tags[leaf.tags.index("Lbl") - 1]
        if holder in _NOTES or holder == "LI":
            passage.mark.append(leaf.text)
        else:
            passage.said.append(f"{SIGN}{leaf.text.strip()}{SIGN}")
    else:
        passage.said.append(leaf.text + LINE_END)


def _depth_of_passage(leaf: Leaf) -> int:
    """How many of the tags there are down to the one that makes a passage."""
    paragraphs = [place for place, tag in enumerate(leaf.tags, 1) if tag in _PARAGRAPHS - {"Formula", "Figure"}]
    groups = [place for place, tag in enumerate(leaf.tags, 1) if tag in _GROUPS]
    inmost = max(paragraphs, default=0)
    return inmost if inmost > max(groups, default=0) else min(len(leaf.tags), max(groups, default=0) + 1)


def _between_cover_and_record(passages: list[_Tagged], sheet: IssueSheet) -> list[_Tagged]:
    """Leave out the first page that the layout of docctl puts before the text, and the record behind it."""
    tables = list(dict.fromkeys(passage.table for passage in passages if passage.table))
    stated = {" ".join(passage.text.split()) for passage in passages if passage.table in tables[:2]}
    begin = 0
    if {sheet.number, sheet.revision, sheet.status} <= stated:
        begin = max(place for place, passage in enumerate(passages, 1) if passage.table in tables[:2])
    end = max((place for place, passage in enumerate(passages) if passage.tag == "H1"), default=len(passages))
    return passages[begin:end]
