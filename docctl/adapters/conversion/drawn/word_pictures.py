"""The pictures of a Word file, set in line one by one, as pages can show them."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from lxml import etree

from docctl.adapters.conversion.drawn.drawings import mark, shown_copy
from docctl.adapters.conversion.drawn.picture_frames import Frame, frame_of_drawing, frame_of_shape, framed
from docctl.adapters.conversion.drawn.word_figures import written_out
from docctl.domain.intake.recognition import TitleEvidence
from docctl.texts.picture import SHOWN, asset_name, is_damaged, picture_kind
from docctl.word_format.facts import WordFacts
from docctl.word_format.figures import Figure, figure_in
from docctl.word_format.markup import (
    DRAWING,
    LINKS,
    OFFICE,
    OFFICE_LINKS,
    PICTURE,
    PLACED,
    VML,
    WORD,
    Element,
    kind_of,
    links_part,
    resolved,
)

_PICTURE_TYPE = f"{OFFICE_LINKS.strip('{}')}/image"
_EMU_PER_POINT = 12700
# Pandoc knows these names by their usual prefixes only.
_PREFIXES = {
    "w": WORD.strip("{}"),
    "r": OFFICE_LINKS.strip("{}"),
    "a": DRAWING.strip("{}"),
    "wp": PLACED.strip("{}"),
    "pic": PICTURE.strip("{}"),
}


@dataclass
class PreparedWord:
    """The plain Word file, its pictures in order, the words that Word draws itself, what it says of itself, losses.

    ``hung_on`` are words of the file on which a number hangs, and ``drawn`` has both as one; ``running`` are the lines
    that stand on every page beside the text.
    """

    docx: bytes = b""
    pictures: dict[str, bytes] = field(default_factory=dict)
    losses: list[str] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)
    hung_on: list[str] = field(default_factory=list)
    running: tuple[str, ...] = ()
    facts: WordFacts = field(default_factory=WordFacts)
    evidence: TitleEvidence = field(default_factory=TitleEvidence)
    trees: dict[str, Element] = field(default_factory=dict)
    parts: dict[str, bytes] = field(default_factory=dict)


def as_media(name: str) -> str:
    """Pandoc looks for pictures in this folder only; the filter puts them back under assets/."""
    return "media/" + posixpath.basename(name)


def set_pictures_in_line(word: PreparedWord, part: str, root: Element) -> None:
    """Replace each drawing by its pictures alone, which keep their size and their alternative text."""
    targets = _picture_targets(word, part)
    for holder in list(root.iter(f"{WORD}drawing", f"{WORD}pict", f"{WORD}object")):
        run = holder.getparent()
        place = run.index(holder)
        found = list(_pictures_in(holder, targets))
        figure = figure_in(holder, part, word.trees)
        _write_out(figure, run)
        run.remove(holder)
        _name_what_stays(word, holder, bool(found), figure)
        for offset, placed in enumerate(found):
            run.insert(place + offset, _in_line(word, part, placed))


def _write_out(figure: Figure | None, run: Element) -> None:
    """Say behind the paragraph what the chart or diagram in it shows."""
    anchor = next(run.iterancestors(f"{WORD}p"), None)
    if figure is None or figure.is_empty or anchor is None:
        return
    for block in reversed(written_out(figure)):
        anchor.addnext(block)


def _picture_targets(word: PreparedWord, part: str) -> dict[str, str]:
    links = word.trees.get(links_part(part))
    found = {}
    for link in links if links is not None else ():
        if kind_of(link) == "image" and link.get("TargetMode") != "External":
            name = resolved(links_part(part), link.get("Target", ""))
            found[link.get("Id")] = name if name in word.parts else unquote(name)
    return found


@dataclass(frozen=True)
class _Placed:
    """A picture where it stands: its part, its alternative text, its size in EMU, and how it is cut and turned."""

    target: str
    alt: str
    size: tuple[int, int]
    frame: Frame


def _pictures_in(holder: Element, targets: dict[str, str]) -> Iterator[_Placed]:
    """Yield each picture in a drawing."""
    described = next(holder.iter(f"{PLACED}docPr"), None)
    alt = (described.get("descr") or "") if described is not None else ""
    pictures = list(holder.iter(f"{DRAWING}blip", f"{VML}imagedata"))
    extent = next(holder.iter(f"{PLACED}extent"), None)
    for picture in pictures:
        link = picture.get(f"{OFFICE_LINKS}embed") or picture.get(f"{OFFICE_LINKS}id") or ""
        if link not in targets:
            continue
        if picture.tag == f"{VML}imagedata":
            shape = picture.getparent()
            alt_of_shape = shape.get("alt") or picture.get(f"{OFFICE}title") or ""
            yield _Placed(targets[link], alt_of_shape, _shape_size(shape), frame_of_shape(shape, picture))
        else:
            own = _own_size(picture) if len(pictures) > 1 or extent is None else extent
            size = (_stated(own, "cx"), _stated(own, "cy"))
            yield _Placed(targets[link], alt or _own_alt(picture), size, frame_of_drawing(picture))


def _own_size(blip: Element) -> Element | None:
    picture = blip.getparent().getparent()
    return next(picture.iter(f"{DRAWING}ext"), None)


def _stated(extent: Element | None, side: str) -> int:
    """Return a length in EMU, nothing where it is no number."""
    said = extent.get(side, "") if extent is not None else ""
    return int(said) if said.isdigit() and len(said) < 12 else 0


def _own_alt(blip: Element) -> str:
    for element in blip.getparent().getparent().iter():
        if isinstance(element.tag, str) and element.tag.endswith("}cNvPr"):
            return element.get("descr") or ""
    return ""


def _shape_size(shape: Element) -> tuple[int, int]:
    sizes = dict(pair.split(":", 1) for pair in (shape.get("style") or "").split(";") if ":" in pair)
    return _emu(sizes.get("width", "")), _emu(sizes.get("height", ""))


def _emu(length: str) -> int:
    units = {"pt": _EMU_PER_POINT, "in": 72 * _EMU_PER_POINT, "px": 9525, "cm": 360000, "mm": 36000}
    length = length.strip()
    try:
        return int(float(length[:-2]) * units.get(length[-2:], 0))
    except ValueError:
        return 0


def _in_line(word: PreparedWord, part: str, placed: _Placed) -> Element:
    """Build the plain drawing of one picture, and note the picture."""
    content, alt = _as_shown(word, placed.target, placed.alt)
    content, size = _framed(word, content, placed)
    number = len(word.pictures) + 1
    name = asset_name(number, content, placed.target)
    word.pictures[name] = content
    links = word.trees.setdefault(links_part(part), etree.Element(f"{LINKS}Relationships"))
    link = f"docctlPicture{number}"
    etree.SubElement(links, f"{LINKS}Relationship", Id=link, Type=_PICTURE_TYPE, Target=as_media(name))
    drawing = etree.Element(f"{WORD}drawing", nsmap=_PREFIXES)
    inline = etree.SubElement(drawing, f"{PLACED}inline")
    etree.SubElement(inline, f"{PLACED}extent", cx=str(size[0]), cy=str(size[1]))
    etree.SubElement(inline, f"{PLACED}docPr", id=str(number), name="", descr=" ".join(alt.split()))
    graphic = etree.SubElement(inline, f"{DRAWING}graphic")
    data = etree.SubElement(graphic, f"{DRAWING}graphicData", uri=PICTURE.strip("{}"))
    fill = etree.SubElement(etree.SubElement(data, f"{PICTURE}pic"), f"{PICTURE}blipFill")
    etree.SubElement(fill, f"{DRAWING}blip").set(f"{OFFICE_LINKS}embed", link)
    return drawing


def _framed(word: PreparedWord, content: bytes, placed: _Placed) -> tuple[bytes, tuple[int, int]]:
    """Return a picture cut and turned as Word shows it, with its size then; where that fails, as it is, named."""
    if placed.frame.is_plain:
        return content, placed.size
    cut = framed(content, placed.frame)
    if cut:
        return cut, placed.frame.size_of(placed.size)
    name = posixpath.basename(placed.target)
    word.losses.append(f"Word shows the picture {name} {placed.frame}; the text shows it whole and upright.")
    return content, placed.size


def _as_shown(word: PreparedWord, target: str, alt: str) -> tuple[bytes, str]:
    """Return a picture as pages can show it; a drawing gives its raster, or a mark whose text says what it is."""
    content = word.parts.get(target, b"")
    kind = picture_kind(content)
    name = posixpath.basename(target)
    if kind in SHOWN and not is_damaged(content):
        return content, alt
    raster = b"" if kind in SHOWN else shown_copy(content)
    if raster and kind == "bmp":
        return raster, alt
    if raster:
        word.losses.append(
            f"The drawing {name} stays in the Word file; the text shows the picture inside it, without lines over it."
        )
        return raster, alt
    why = "it is damaged" if kind in SHOWN else f"pages cannot show a drawing of the form {kind.upper() or 'unknown'}"
    word.losses.append(f"The picture {name} stays in the Word file; the text shows a mark in its place, because {why}.")
    return mark(), f"{alt or 'Picture'} (see {name} in the Word file)"


def _name_what_stays(word: PreparedWord, holder: Element, has_picture: bool, figure: Figure | None) -> None:
    """Name drawings of which a text cannot show anything."""
    kinds = {element.get("uri", "").rsplit("/", 1)[-1] for element in holder.iter(f"{DRAWING}graphicData")}
    if figure is not None and not figure.is_empty:
        form = "a table of its figures" if figure.tables else "a list of its words"
        word.losses.append(f"A drawn {figure.kind.lower()} stays in the Word file; the text shows it as {form}.")
    elif kinds & {"chart", "chartex"}:
        word.losses.append("A chart stays in the Word file; the text does not show it.")
    elif "diagram" in kinds:
        word.losses.append("A SmartArt diagram stays in the Word file; the text does not show it.")
    elif kinds & {"wordprocessingShape", "wordprocessingGroup", "wordprocessingCanvas", "wordprocessingInk"}:
        word.losses.append("Drawn shapes stay in the Word file; the text shows only their words and pictures.")
    if figure is not None and not figure.has_drawing:
        word.losses.append(
            "A diagram is in the Word file without the shapes that other programs draw; "
            "where LibreOffice makes the PDF, a gap may stand in its place."
        )
    if holder.tag == f"{WORD}object":
        shown = "as a picture" if has_picture else "without it"
        word.losses.append(f"An embedded object stays in the Word file and is not opened; the text goes on {shown}.")
