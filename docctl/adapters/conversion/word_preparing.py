"""A Word file made plain before pandoc reads it: changes accepted, boxes opened, pictures in line, headings named."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from docctl.domain.picture import SHOWN, asset_name, is_damaged, picture_kind
from docctl.domain.word_markup import (
    CHOICES,
    DRAWING,
    LINKS,
    OFFICE,
    OFFICE_LINKS,
    PICTURE,
    PLACED,
    TYPES_PART,
    VML,
    WORD,
    Element,
    contents_pieces,
    is_contents_heading,
    kind_of,
    links_part,
    main_part,
    ordinary_form,
    resolved,
    text_parts,
    unzipped,
    visible_text,
    zipped,
)
from docctl.domain.word_styles import TITLE, heading_level, heading_levels

_READ = ("styles.xml", "numbering.xml", "settings.xml")
_UNWRAPPED = ("sdt", "smartTag", "customXml", "ins", "moveTo", "dir", "bdo")
_DROPPED = (
    *("del", "moveFrom", "proofErr", "lastRenderedPageBreak", "sdtPr", "sdtEndPr", "permStart", "permEnd"),
    *("commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef", "smartTagPr", "customXmlPr"),
    *("moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "sectPr", "ind", "framePr"),
    *("softHyphen", "pageBreakBefore", "rPrChange", "pPrChange", "tblPrChange", "tcPrChange", "trPrChange"),
)
_PICTURE_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
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
    """The plain Word file, its pictures in the order in which they stand, what it says of its title, and losses."""

    docx: bytes = b""
    pictures: dict[str, bytes] = field(default_factory=dict)
    titles: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    trees: dict[str, Element] = field(default_factory=dict)
    parts: dict[str, bytes] = field(default_factory=dict)


def prepared(data: bytes) -> PreparedWord:
    """Make a checked Word file plain; nothing a reader sees is lost without being named."""
    word = PreparedWord(parts=unzipped(data))
    for name, content in word.parts.items():
        if name.endswith((".xml", ".rels")) and not name.startswith("customXml/"):
            word.trees[name] = _parsed(content)
    main = main_part(word.trees)
    folder = posixpath.dirname(main)
    levels = heading_levels(word.trees.get(posixpath.join(folder, "styles.xml")))
    kept = {TYPES_PART, "_rels/.rels", *(posixpath.join(folder, name) for name in _READ)}
    for part in text_parts(word.trees):
        root = word.trees[part]
        _accept(root)
        _drop_contents(root, levels)
        _open_boxes(root)
        _set_pictures_in_line(word, part, root)
        _name_headings(word, root, levels)
        _tidy(root)
        kept |= {part, links_part(part)}
    _add_heading_styles(word.trees.get(posixpath.join(folder, "styles.xml")))
    parts = {name: etree.tostring(word.trees[name], encoding="UTF-8") for name in kept if name in word.trees}
    stand_ins = {posixpath.join(folder, _as_media(name)): b"picture" for name in word.pictures}
    word.docx = zipped(parts | stand_ins, level=1)
    return word


def _as_media(name: str) -> str:
    """Pandoc looks for pictures in this folder only; the filter puts them back under assets/."""
    return "media/" + posixpath.basename(name)


def _parsed(content: bytes) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(ordinary_form(content), parser)


def _accept(root: Element) -> None:
    """Take the text as it stands when every tracked change is accepted, without wrappers of any kind."""
    for row in list(root.iter(f"{WORD}tr")):
        if row.find(f"{WORD}trPr/{WORD}del") is not None:
            _remove(row)
    for choice in list(root.iter(f"{CHOICES}AlternateContent")):
        _choose(choice)
    for name in _DROPPED:
        for element in list(root.iter(f"{WORD}{name}")):
            if name != "del" or element.getparent().tag not in (f"{WORD}rPr", f"{WORD}trPr"):
                _remove(element)
    for name in _UNWRAPPED:
        for element in reversed(list(root.iter(f"{WORD}{name}"))):
            _unwrap(element)
    for element in reversed(list(root.iter(f"{WORD}sdtContent"))):
        _unwrap(element)


def _choose(choice: Element) -> None:
    """Of what is there twice, keep the newer form where it holds something to read or see."""
    options = choice.findall(f"{CHOICES}Choice") + choice.findall(f"{CHOICES}Fallback")
    for option in options:
        if next(option.iter(f"{WORD}t", f"{DRAWING}blip", f"{VML}imagedata"), None) is not None:
            _put_in_place(choice, list(option))
            return
    _put_in_place(choice, list(options[0]) if options else [])


def _drop_contents(root: Element, levels: dict[str, int]) -> None:
    """Leave out a generated table of contents and the heading over it."""
    pieces = contents_pieces(root)
    for piece in pieces:
        before = piece.getprevious()
        if before is not None and before.tag == f"{WORD}p" and is_contents_heading(visible_text(before)):
            _remove(before)
        if piece.getparent() is not None:
            _remove(piece)
    for paragraph in list(root.iter(f"{WORD}p")):
        if heading_level(paragraph, levels) is not None and is_contents_heading(visible_text(paragraph)) and pieces:
            _remove(paragraph)


def _open_boxes(root: Element) -> None:
    """Put the text of a text box behind the paragraph that it is anchored in."""
    for box in reversed(list(root.iter(f"{WORD}txbxContent"))):
        anchor = next(box.iterancestors(f"{WORD}p"), None)
        if anchor is None:
            continue
        for block in reversed(list(box)):
            anchor.addnext(block)
        _remove(box)


def _set_pictures_in_line(word: PreparedWord, part: str, root: Element) -> None:
    """Replace each drawing by its pictures alone, which keep their size and their alternative text."""
    targets = _picture_targets(word, part)
    for holder in list(root.iter(f"{WORD}drawing", f"{WORD}pict", f"{WORD}object")):
        run = holder.getparent()
        place = run.index(holder)
        found = list(_pictures_in(holder, targets))
        run.remove(holder)
        _name_what_stays(word, holder, bool(found))
        for offset, (target, alt, size) in enumerate(found):
            run.insert(place + offset, _in_line(word, part, target, alt, size))


def _picture_targets(word: PreparedWord, part: str) -> dict[str, str]:
    links = word.trees.get(links_part(part))
    found = {}
    for link in links if links is not None else ():
        if kind_of(link) == "image" and link.get("TargetMode") != "External":
            found[link.get("Id")] = resolved(links_part(part), link.get("Target", ""))
    return found


def _pictures_in(holder: Element, targets: dict[str, str]) -> Iterator[tuple[str, str, tuple[int, int]]]:
    """Yield part name, alternative text and size in EMU of each picture in a drawing."""
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
            yield targets[link], shape.get("alt") or picture.get(f"{OFFICE}title") or "", _shape_size(shape)
        else:
            own = _own_size(picture) if len(pictures) > 1 or extent is None else extent
            size = (int(own.get("cx", 0)), int(own.get("cy", 0))) if own is not None else (0, 0)
            yield targets[link], alt or _own_alt(picture), size


def _own_size(blip: Element) -> Element | None:
    picture = blip.getparent().getparent()
    return next(picture.iter(f"{DRAWING}ext"), None)


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


def _in_line(word: PreparedWord, part: str, target: str, alt: str, size: tuple[int, int]) -> Element:
    """Build the plain drawing of one picture, and note the picture."""
    content = word.parts.get(target, b"")
    number = len(word.pictures) + 1
    name = asset_name(number, content, target)
    word.pictures[name] = content
    kind = picture_kind(content)
    if kind not in SHOWN or is_damaged(content):
        shown = posixpath.basename(target)
        why = "it is damaged" if kind in SHOWN else f"pages cannot show its form ({kind or 'unknown'})"
        word.losses.append(
            f"The picture {shown} stays in the Word file; the text shows a copy or a mark, because {why}."
        )
    links = word.trees.setdefault(links_part(part), etree.Element(f"{LINKS}Relationships"))
    link = f"docctlPicture{number}"
    etree.SubElement(links, f"{LINKS}Relationship", Id=link, Type=_PICTURE_TYPE, Target=_as_media(name))
    drawing = etree.Element(f"{WORD}drawing", nsmap=_PREFIXES)
    inline = etree.SubElement(drawing, f"{PLACED}inline")
    etree.SubElement(inline, f"{PLACED}extent", cx=str(size[0]), cy=str(size[1]))
    etree.SubElement(inline, f"{PLACED}docPr", id=str(number), name="", descr=" ".join(alt.split()))
    graphic = etree.SubElement(inline, f"{DRAWING}graphic")
    data = etree.SubElement(graphic, f"{DRAWING}graphicData", uri=PICTURE.strip("{}"))
    fill = etree.SubElement(etree.SubElement(data, f"{PICTURE}pic"), f"{PICTURE}blipFill")
    etree.SubElement(fill, f"{DRAWING}blip").set(f"{OFFICE_LINKS}embed", link)
    return drawing


def _name_what_stays(word: PreparedWord, holder: Element, has_picture: bool) -> None:
    """Name drawings of which a text cannot show anything."""
    kinds = {element.get("uri", "").rsplit("/", 1)[-1] for element in holder.iter(f"{DRAWING}graphicData")}
    if kinds & {"chart", "chartex"}:
        word.losses.append("A chart stays in the Word file; the text does not show it.")
    elif "diagram" in kinds:
        word.losses.append("A SmartArt diagram stays in the Word file; the text does not show it.")
    elif kinds & {"wordprocessingShape", "wordprocessingGroup", "wordprocessingCanvas", "wordprocessingInk"}:
        word.losses.append("Drawn shapes stay in the Word file; the text shows only their words and pictures.")
    if holder.tag == f"{WORD}object":
        shown = "as a picture" if has_picture else "without it"
        word.losses.append(f"An embedded object stays in the Word file and is not opened; the text goes on {shown}.")


def _name_headings(word: PreparedWord, root: Element, levels: dict[str, int]) -> None:
    """Give headings the styles that pandoc knows; a title is kept apart."""
    for paragraph in list(root.iter(f"{WORD}p")):
        level = heading_level(paragraph, levels)
        properties = paragraph.find(f"{WORD}pPr")
        if properties is None:
            continue
        style = properties.find(f"{WORD}pStyle")
        in_table = next(paragraph.iterancestors(f"{WORD}tbl"), None) is not None
        if level == TITLE:
            text = " ".join(visible_text(paragraph).split())
            if text:
                word.titles.append(text)
        if level is None or level == TITLE or in_table:
            if style is not None and (level is not None or _is_metadata(style)):
                properties.remove(style)
            continue
        for child in list(properties):
            properties.remove(child)
        etree.SubElement(properties, f"{WORD}pStyle").set(f"{WORD}val", f"DocctlHeading{min(level, 6)}")
        for gap in list(paragraph.iter(f"{WORD}br", f"{WORD}tab")):
            if gap.getparent().tag == f"{WORD}r":
                gap.tag = f"{WORD}t"
                gap.attrib.clear()
                gap.text = " "


def _is_metadata(style: Element) -> bool:
    """Pandoc takes these styles for the title page and would leave their text out."""
    return style.get(f"{WORD}val", "").lower() in ("title", "subtitle", "author", "date", "abstract", "abstracttitle")


def _add_heading_styles(styles: Element | None) -> None:
    if styles is None:
        return
    for element in list(styles.iter(f"{WORD}ind", f"{WORD}latentStyles")):
        _remove(element)
    for level in range(1, 7):
        style = etree.SubElement(styles, f"{WORD}style")
        style.set(f"{WORD}type", "paragraph")
        style.set(f"{WORD}styleId", f"DocctlHeading{level}")
        etree.SubElement(style, f"{WORD}name").set(f"{WORD}val", f"heading {level}")


def _tidy(root: Element) -> None:
    """Take out what says nothing about the text, because reading costs time for each piece."""
    used = {link.get(f"{WORD}anchor") for link in root.iter(f"{WORD}hyperlink")}
    for mark in list(root.iter(f"{WORD}bookmarkStart", f"{WORD}bookmarkEnd")):
        if mark.tag == f"{WORD}bookmarkEnd" or mark.get(f"{WORD}name") not in used:
            _remove(mark)
    for element in root.iter(f"{WORD}p", f"{WORD}r", f"{WORD}tr"):
        element.attrib.clear()
    for name in ("rFonts", "lang", "sz", "szCs", "color", "noProof", "bCs", "iCs", "spacing", "kern", "highlight"):
        for element in list(root.iter(f"{WORD}{name}")):
            _remove(element)


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _unwrap(element: Element) -> None:
    if element.getparent() is not None and element.getparent().tag not in (f"{WORD}rPr", f"{WORD}trPr"):
        _put_in_place(element, list(element))


def _put_in_place(element: Element, children: list[Element]) -> None:
    for child in reversed(children):
        element.addnext(child)
    _remove(element)
