"""The text of a document put into its template, with its lists, footnotes, links and pictures."""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from itertools import count

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from lxml import etree

from docctl.adapters.word_document.column_widths import TEXT_WIDTH, make_letters_smaller, share_width
from docctl.adapters.word_document.controls import content_of
from docctl.adapters.word_document.xml import R, W, element, style_of, text_of, w
from docctl.texts.section_number import are_numbered_in_words
from docctl.word_format.markup import PICTURE, PLACED

_DRAWING = f"{PLACED}docPr"
_PICTURE = f"{PICTURE}cNvPr"
_STYLE_MARKS = tuple(w(name) for name in ("pStyle", "rStyle", "tblStyle"))
_TYPED_NUMBER = re.compile(r"\s*\d+(\.\d+)*[.)]?\s+\S")
_HEADING = re.compile(r"Heading[1-9]")
_NUMBERED_STYLES = ("Heading1", "Heading2", "Heading3")
_SPACED_STYLES = ("BodyText", "FirstParagraph", "Compact", "BlockText", "SourceCode")
TABLE_STYLE = "DocctlTable"


def put_body(
    document: Document, control: etree._Element, text: Document, heading_numbers: Sequence[str] | None = None
) -> None:  # fmt: skip
    """Replace what a control holds by the text of another document made from the same template.

    Headings that are given no number lose the one of the template; where none is told, a text without any is counted.
    """
    merge = Merge(document, text)
    content = content_of(control)
    for child in list(content):
        content.remove(child)
    blocks = [deepcopy(child) for child in text.element.body if child.tag != w("sectPr")]
    content.extend(blocks or [element("p")])
    merge.take_footnotes(content)
    merge.take_relationships(content, text.part, document.part)
    merge.take_lists(content)
    merge.take_styles(content)
    names = standard_ids(document)
    _tidy_tables(document, content, names)
    _close_lists(content, names)
    if heading_numbers is None:
        _leave_typed_numbers(content, names)
    else:
        _leave_numbers_as_given(document, content, names, heading_numbers)
    _number_uniquely(document)


def _with_markup(part: Part) -> XmlPart:
    if not isinstance(part, XmlPart):
        raise TypeError(f"{part.partname} was not read as markup")
    return part


class Merge:
    """What the text needs besides its paragraphs, taken over from one package into another."""

    def __init__(self, target: Document, source: Document) -> None:
        self.target, self.source = target, source
        self.parts: dict[str, Part] = {}

    def take_relationships(self, content: etree._Element, source: Part, target: Part) -> None:
        """Give links and pictures a relationship in the target; whatever else reaches outside is cut."""
        for node in content.iter(etree.Element):
            for name in [key for key in node.attrib if key.startswith(f"{{{R}}}")]:
                relationship = source.rels.get(node.get(name))
                if relationship is None or (relationship.is_external and relationship.reltype != RT.HYPERLINK):
                    del node.attrib[name]
                elif relationship.is_external:
                    node.set(name, target.rels.get_or_add_ext_rel(RT.HYPERLINK, relationship.target_ref))
                else:
                    node.set(name, target.relate_to(self._part(relationship.target_part), relationship.reltype))

    def _part(self, source: Part) -> Part:
        name = str(source.partname)
        if name not in self.parts:
            package = self.target.part.package
            place = package.next_partname(f"/word/media/image%d.{source.partname.ext}")
            self.parts[name] = Part(place, source.content_type, source.blob, package)
            # A part counts as taken only once something relates to it, so relate it before the next name is asked for.
            self.target.part.relate_to(self.parts[name], RT.IMAGE)
        return self.parts[name]

    def take_footnotes(self, content: etree._Element) -> None:
        """Copy the footnotes the text refers to, numbered after those already there."""
        references = list(content.iter(w("footnoteReference")))
        if not references:
            return
        source = _with_markup(self.source.part.part_related_by(RT.FOOTNOTES))
        target = self._footnotes()
        notes = {note.get(w("id")): note for note in source.element.findall(w("footnote"))}
        number = count(max((int(note.get(w("id"))) for note in target.element.findall(w("footnote"))), default=0) + 1)
        for reference in references:
            note = deepcopy(notes[reference.get(w("id"))])
            identity = str(next(number))
            note.set(w("id"), identity)
            reference.set(w("id"), identity)
            target.element.append(note)
            self.take_relationships(note, source, target)
            self.take_lists(note)
            self.take_styles(note)

    def footnotes(self) -> list[etree._Element]:
        """Return the footnotes of the target."""
        return list(self._footnotes().element.findall(w("footnote")))

    def drop_unused_footnotes(self) -> None:
        """Take out the footnotes of the target that nothing refers to any more."""
        used = {mark.get(w("id")) for mark in self.target.element.iter(w("footnoteReference"))}
        for note in self.footnotes():
            if note.get(w("type")) is None and note.get(w("id")) not in used:
                note.getparent().remove(note)

    def _footnotes(self) -> XmlPart:
        part = self.target.part
        for relationship in part.rels.values():
            if relationship.reltype == RT.FOOTNOTES:
                return _with_markup(relationship.target_part)
        made: XmlPart = XmlPart.load(PackURI("/word/footnotes.xml"), CT.WML_FOOTNOTES, _EMPTY_FOOTNOTES, part.package)
        part.relate_to(made, RT.FOOTNOTES)
        return made

    def take_lists(self, content: etree._Element) -> None:
        """Copy the numbering of the lists in the text under numbers of their own."""
        used = [mark for mark in content.iter(w("numId")) if mark.get(w("val")) != "0"]
        if not used:
            return
        source = self.source.part.numbering_part.element
        target = self._numbering()
        numbers = {num.get(w("numId")): num for num in source.findall(w("num"))}
        forms = {form.get(w("abstractNumId")): form for form in source.findall(w("abstractNum"))}
        next_number = count(_highest(target, "num", "numId") + 1)
        next_form = count(_highest(target, "abstractNum", "abstractNumId") + 1)
        new_numbers: dict[str, str] = {}
        new_forms: dict[str, str] = {}
        for mark in used:
            old = mark.get(w("val"))
            if old not in numbers:
                continue
            if old not in new_numbers:
                number = deepcopy(numbers[old])
                form_mark = number.find(w("abstractNumId"))
                form_id = form_mark.get(w("val"))
                if form_id not in new_forms:
                    new_forms[form_id] = str(next(next_form))
                    form = deepcopy(forms[form_id])
                    form.set(w("abstractNumId"), new_forms[form_id])
                    _insert_form(target, form)
                form_mark.set(w("val"), new_forms[form_id])
                new_numbers[old] = str(next(next_number))
                number.set(w("numId"), new_numbers[old])
                target.append(number)
            mark.set(w("val"), new_numbers[old])

    def numbering(self) -> etree._Element | None:
        """Return the lists of the target, None where it has no part for them."""
        for relationship in self.target.part.rels.values():
            if relationship.reltype == RT.NUMBERING:
                return relationship.target_part.element
        return None

    def _numbering(self) -> etree._Element:
        there = self.numbering()
        if there is not None:
            return there
        part = self.target.part
        made = XmlPart.load(PackURI("/word/numbering.xml"), CT.WML_NUMBERING, _EMPTY_NUMBERING, part.package)
        part.relate_to(made, RT.NUMBERING)
        return made.element

    def take_styles(self, content: etree._Element) -> None:
        """Copy the styles of the text that the template does not define."""
        source, target = self.source.styles.element, self.target.styles.element
        there = {style.get(w("styleId")) for style in target.findall(w("style"))}
        offered = {style.get(w("styleId")): style for style in source.findall(w("style"))}
        wanted = [mark.get(w("val")) for mark in content.iter(*_STYLE_MARKS)]
        while wanted:
            name = wanted.pop()
            if name in there or name not in offered:
                continue
            style = deepcopy(offered[name])
            target.append(style)
            there.add(name)
            wanted += [mark.get(w("val")) for mark in style.iter(w("basedOn"), w("link"), w("next"))]


def standard_ids(document: Document) -> dict[str, str]:
    """Return for each style the id that Word gives it in English: the ids are translated, the names are not."""
    names = {style.get(w("styleId")): style.find(w("name")) for style in document.styles.element.findall(w("style"))}
    return {
        own: "".join(part[:1].upper() + part[1:] for part in name.get(w("val"), "").split())
        for own, name in names.items()
        if own is not None and name is not None
    }


def _highest(root: etree._Element, name: str, attribute: str) -> int:
    return max((int(child.get(w(attribute))) for child in root.findall(w(name))), default=0)


def _insert_form(numbering: etree._Element, form: etree._Element) -> None:
    first = numbering.find(w("num"))
    numbering.append(form) if first is None else first.addprevious(form)


def _tidy_tables(document: Document, content: etree._Element, names: Mapping[str, str]) -> None:
    """Tables of the text in the house style: rows stay whole, and a table without widths fills the line."""
    for table in content.iter(w("tbl")):
        style = table.find(f"{w('tblPr')}/{w('tblStyle')}")
        if style is not None and style.get(w("val")) == "Table" and TABLE_STYLE in names:
            style.set(w("val"), TABLE_STYLE)
        width = table.find(f"{w('tblPr')}/{w('tblW')}")
        if width is not None and (width.get(w("type")) == "auto" or width.get(w("w")) == "5000"):
            keeps_wishes = width.get(w("type")) != "auto"
            width.set(w("type"), "pct")
            width.set(w("w"), str(5000 * (TEXT_WIDTH - _indent(table)) // TEXT_WIDTH))
            if share_width(table, keeps_wishes=keeps_wishes):
                make_letters_smaller(document, table)
        for row in table.findall(w("tr")):
            properties = row.find(w("trPr"))
            if properties is None:
                properties = element("trPr")
                row.insert(0 if row.find(w("tblPrEx")) is None else 1, properties)
            properties.insert(0, element("cantSplit"))
        following = table.getnext()
        if following is not None and following.tag == w("tbl"):
            table.addnext(element("p"))
        elif following is not None and following.tag == w("p"):
            _keep_distance(following, "before", names)
        previous = table.getprevious()
        if previous is not None and previous.tag == w("p"):
            _keep_distance(previous, "after", names)


def _indent(table: etree._Element) -> int:
    """Return how far a table stands in from the margin, as one in a list item does; it ends where the line ends."""
    indent = table.find(f"{w('tblPr')}/{w('tblInd')}")
    said = indent.get(w("w"), "") if indent is not None else ""
    return min(int(said), TEXT_WIDTH // 2) if said.isdigit() else 0


def _keep_distance(paragraph: etree._Element, side: str, names: Mapping[str, str]) -> None:
    """Give air to text next to a table; headings and captions have their own."""
    if names.get(style_of(paragraph)) not in _SPACED_STYLES:
        return
    properties = paragraph.find(w("pPr"))
    spacing = properties.find(w("spacing"))
    if spacing is None:
        spacing = element("spacing")
        numbering = properties.find(w("numPr"))
        (properties.find(w("pStyle")) if numbering is None else numbering).addnext(spacing)
    spacing.set(w(side), "160")


def _close_lists(content: etree._Element, names: Mapping[str, str]) -> None:
    """Give the last line of a list some air before the text that follows."""
    for mark in content.iter(w("numPr")):
        line = mark.getparent().getparent()
        following = line.getnext()
        if following is not None and following.tag == w("p") and following.find(f"{w('pPr')}/{w('numPr')}") is None:
            _keep_distance(line, "after", names)


def _leave_typed_numbers(content: etree._Element, names: Mapping[str, str]) -> None:
    """Where most sections carry a typed number, take the automatic one off the headings, or each would show two."""
    headings = [p for p in content.iter(w("p")) if names.get(style_of(p)) in _NUMBERED_STYLES]
    chief = [p for p in headings if names.get(style_of(p)) == "Heading1"]
    titles = [text_of(p) for p in chief]
    in_digits = sum(bool(_TYPED_NUMBER.match(title)) for title in titles) * 2 > len(titles)
    if not in_digits and not are_numbered_in_words(titles):
        return
    for heading in headings:
        _take_number_off(heading)


def _leave_numbers_as_given(
    document: Document, content: etree._Element, names: Mapping[str, str], numbers: Sequence[str]
) -> None:  # fmt: skip
    headings = [p for p in content.iter(w("p")) if _HEADING.fullmatch(names.get(style_of(p), ""))]
    given = numbers if len(headings) == len(numbers) else [""] * len(headings)
    for heading, number in zip(headings, given, strict=True):
        if not number and _is_numbered(document, style_of(heading)):
            _take_number_off(heading)


def _is_numbered(document: Document, style_id: str) -> bool:
    """Say whether paragraphs of a style are numbered by it, or by one that it is based on."""
    styles = {style.get(w("styleId")): style for style in document.styles.element.findall(w("style"))}
    for _ in range(len(styles)):
        style = styles.get(style_id)
        if style is None:
            return False
        if style.find(f"{w('pPr')}/{w('numPr')}") is not None:
            return True
        based = style.find(w("basedOn"))
        style_id = based.get(w("val"), "") if based is not None else ""
    return False


def _take_number_off(heading: etree._Element) -> None:
    none = element("numPr", element("ilvl", val="0"), element("numId", val="0"))
    heading.find(f"{w('pPr')}/{w('pStyle')}").addnext(none)
    none.addnext(element("ind", left="0", firstLine="0"))


def _number_uniquely(document: Document) -> None:
    """Number bookmarks and drawings afresh, because Word calls a file damaged in which two are alike."""
    root = document.element
    bookmarks: dict[str, str] = {}
    for number, start in enumerate(root.iter(w("bookmarkStart")), start=1):
        bookmarks[start.get(w("id"))] = str(number)
        start.set(w("id"), str(number))
    for end in root.iter(w("bookmarkEnd")):
        end.set(w("id"), bookmarks.get(end.get(w("id")), end.get(w("id"))))
    for number, drawing in enumerate(root.iter(_DRAWING), start=1):
        drawing.set("id", str(number))
        for picture in drawing.getparent().iter(_PICTURE):
            picture.set("id", str(number))
            picture.set("descr", drawing.get("descr", ""))


_EMPTY_NUMBERING = f'<w:numbering xmlns:w="{W}"/>'.encode()
_EMPTY_FOOTNOTES = (
    f'<w:footnotes xmlns:w="{W}" xmlns:r="{R}">'
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
    "</w:footnotes>"
).encode()
