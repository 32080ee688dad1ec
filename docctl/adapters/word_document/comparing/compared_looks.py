"""Two Word files compared in what they show beside the words of the page, without what every saving changes."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.part import Part
from docx.oxml.ns import qn
from lxml import etree

from docctl.adapters.word_document.comparing.look_properties import CELL, LETTERS, LINE, PAGE, differing, written
from docctl.adapters.word_document.comparing.looks_in_words import EXACT, centimetres, in_words, on_words
from docctl.adapters.word_document.comparing.tracked_lists import forms_of, starts_of
from docctl.adapters.word_document.controls import tag_of
from docctl.adapters.word_document.package import open_word
from docctl.adapters.word_document.xml import w
from docctl.domain.documents.word_controls import BODY_CONTROL
from docctl.texts.differences import aligned
from docctl.word_format.look import WORDS, LookChange
from docctl.word_format.markup import DRAWING, PLACED, VML

_PLACES = {RT.HEADER: "header", RT.FOOTER: "footer", RT.FOOTNOTES: "note", RT.ENDNOTES: "note"}
_DRAWN = tuple(map(w, ("drawing", "pict", "object")))
_CHOICES = tuple(map(w, ("ffData", "dropDownList", "comboBox")))
_WORDS_OF_A_PLACE = 8
PICTURES = "pictures"
_OF_STYLES = ("pPr", "rPr", "tblPr", "trPr", "tcPr", "tblStylePr")
_OF_THE_FIRST = {"tcPr": "tc", "trPr": "tr", "tblPr": "tbl", "tblGrid": "tbl"}


@dataclass
class _Line:
    """A paragraph as it shows: its words, and under each heading what decides how they look."""

    text: str
    looks: dict[str, dict[str, str]] = field(default_factory=dict)


def differences_in_look(older: bytes, newer: bytes) -> list[LookChange]:
    """Return what two Word files show differently: words, fields, letters, paragraphs, cells, pictures, pages."""
    before, after = _Shown(open_word(older)), _Shown(open_word(newer))
    found: list[LookChange] = []
    for place in dict.fromkeys([*before.lines, *after.lines]):
        found += _compared(place, before.lines.get(place, []), after.lines.get(place, []))
    for name, old, new in differing(before.defaults, after.defaults):
        found.append(LookChange("everywhere", name, old, new))
    return found


def _compared(place: str, old: Sequence[_Line], new: Sequence[_Line]) -> Iterator[LookChange]:
    pairs = aligned([line.text for line in old], [line.text for line in new])
    at_old = at_new = 0
    above = ""
    for next_old, next_new in [*pairs, (len(old), len(new))]:
        gone, came = old[at_old:next_old], new[at_new:next_new]
        for place_in_gap in range(max(len(gone), len(came))):
            sides = [lines[place_in_gap] if place_in_gap < len(lines) else _Line("") for lines in (gone, came)]
            if sides[0].text or sides[1].text:
                yield LookChange(place, WORDS, sides[0].text, sides[1].text)
        if next_old < len(old):
            line, other = old[next_old], new[next_new]
            for heading in dict.fromkeys([*line.looks, *other.looks]):
                for name, was, is_now in differing(line.looks.get(heading, {}), other.looks.get(heading, {})):
                    where = f"below {_named(place, above)}" if above and heading == PICTURES else place
                    yield LookChange(_named(place, line.text) if line.text.strip() else where, name, was, is_now)
            above = line.text if line.text.strip() else above
        at_old, at_new = next_old + 1, next_new + 1


def _named(place: str, text: str) -> str:
    words = text.split()
    if not words:
        return place
    shown = " ".join(words[:_WORDS_OF_A_PLACE]) + (" …" if len(words) > _WORDS_OF_A_PLACE else "")
    return f"“{shown}”" if place == "text" else f"{place} “{shown}”"


class _Shown:
    """Everything a Word file shows, by where it stands."""

    def __init__(self, document: Document) -> None:
        styles = document.styles.element
        self._styles = {style.get(w("styleId"), ""): style for style in styles.findall(w("style"))}
        kinds = [(style.get(w("type"), ""), name) for name, style in self._styles.items() if _is_default(style)]
        self._defaults: dict[str, str] = dict(reversed(kinds))
        self._forms: Mapping[str, bytes] = {}
        self._starts: Mapping[tuple[str, str], str] = {}
        parts = [rel for rel in document.part.rels.values() if not rel.is_external]
        for rel in parts:
            if rel.reltype == RT.NUMBERING and hasattr(rel.target_part, "element"):
                self._forms = forms_of(rel.target_part.element)
                self._starts = starts_of(rel.target_part.element)
        defaults = styles.find(w("docDefaults"))
        self.defaults = {"letters": EXACT + written(defaults)} if defaults is not None else {}
        theme = next((rel.target_part.blob for rel in parts if rel.reltype == RT.THEME), b"")
        if theme:
            self.defaults["theme"] = EXACT + hashlib.sha256(theme).hexdigest()
        self.lines = {"text": self._lines(document.element, document.part)}
        for rel in sorted((rel for rel in parts if rel.reltype in _PLACES), key=lambda rel: rel.target_part.partname):
            root = getattr(rel.target_part, "element", None)
            root = etree.fromstring(rel.target_part.blob) if root is None else root
            place = _place(rel.reltype, rel.rId, document.element)
            self.lines[place] = self.lines.get(place, []) + self._lines(root, rel.target_part)

    def _lines(self, root: etree._Element, part: Part) -> list[_Line]:
        lines = [self._line(paragraph, part) for paragraph in root.iter(w("p")) if not _is_filled_in(paragraph)]
        for page in root.findall(f"{w('body')}/{w('sectPr')}"):
            lines.append(_Line("", {PAGE: _sections(page)}))
        return lines

    def _line(self, paragraph: etree._Element, part: Part) -> _Line:
        runs = [run for run in paragraph.iter(w("r")) if next(run.iterancestors(w("p"))) is paragraph]
        line = _Line("".join(_text(run) for run in runs if not _is_filled_in(run)))
        properties = paragraph.find(w("pPr"))
        style = properties.find(w("pStyle")) if properties is not None else None
        name = style.get(w("val"), "") if style is not None else self._defaults.get("paragraph", "")
        own = _by_name(properties, ("rPr", "sectPr", "pPrChange", "pStyle", "numPr"))
        line.looks[LINE] = own | {"style": self._style(name), "list": self._list(properties)}
        line.looks[LETTERS] = _letters(runs, self._letters_of)
        codes = [node.text or node.get(w("instr"), "") for node in paragraph.iter(w("instrText"), w("fldSimple"))]
        line.looks["fields"] = {"field": " ".join("".join(codes).split())}
        line.looks["links"] = {"link": " ".join(_targets(paragraph, part))}
        choices = " ".join(written(each) for each in paragraph.iter(*_CHOICES))
        line.looks["forms"] = {"choices": EXACT + choices if choices else ""}
        drawn = [node for node in paragraph.iter(*_DRAWN) if next(node.iterancestors(w("p"))) is paragraph]
        line.looks[PICTURES] = {}
        for at, node in enumerate(drawn, start=1):
            line.looks[PICTURES] |= _drawing(node, part, at)
        line.looks[CELL] = self._around(paragraph)
        section = properties.find(w("sectPr")) if properties is not None else None
        line.looks[PAGE] = _sections(section) if section is not None else {}
        return line

    def _style(self, name: str) -> str:
        """Return what a style and those it rests on say, so that a changed style shows where it is used."""
        said, seen, own = [], set(), name
        while name in self._styles and name not in seen:
            seen.add(name)
            style = self._styles[name]
            said += [f"{part} {written(each)}" for part in _OF_STYLES for each in style.findall(w(part))]
            based = style.find(w("basedOn"))
            name = based.get(w("val"), "") if based is not None else ""
        called = self._styles[own].find(w("name")) if own in self._styles else None
        shown = called.get(w("val"), own) if called is not None else own
        return shown + EXACT + hashlib.sha256(" ".join(said).encode()).hexdigest() if said else own

    def _letters_of(self, run: etree._Element) -> dict[str, str]:
        """Return what a run says of its letters, its style by what that says."""
        own = _by_name(run.find(w("rPr")), ("lang", "noProof", "rPrChange"))
        style = own.pop("rStyle", "")
        said = self._style(style)
        turned = next(run.iterancestors(w("bdo")), None)
        if turned is not None:
            own["bdo"] = turned.get(w("val"), "")
        return own | ({"rStyle": said} if said != style else {})

    def _around(self, paragraph: etree._Element) -> dict[str, str]:
        """Return how the cell, row and table look that a paragraph is the first of, the table with its style."""
        found = _around(paragraph)
        table = next(paragraph.iterancestors(w("tbl")), None)
        if table is not None and next(table.iter(w("p")), None) is paragraph:
            style = found.get("tbl tblStyle", self._defaults.get("table", ""))
            found["tbl tblStyle"] = self._style(style)
        return found

    def _list(self, properties: etree._Element | None) -> str:
        mark = properties.find(f"{w('numPr')}/{w('numId')}") if properties is not None else None
        if mark is None:
            return ""
        level = properties.find(f"{w('numPr')}/{w('ilvl')}") if properties is not None else None
        number, at = mark.get(w("val"), ""), level.get(w("val"), "0") if level is not None else "0"
        form = hashlib.sha256(self._forms.get(number, b"")).hexdigest()
        shown = self._starts.get((number, at), "") + (f", level {int(at) + 1}" if at.isdigit() and at != "0" else "")
        return f"{shown}{EXACT}{form} {at}"


def _is_default(style: etree._Element) -> bool:
    return style.get(w("default")) in ("1", "true", "on")


def _is_filled_in(node: etree._Element) -> bool:
    """Say whether docctl fills this in at issue, such as the number of the revision."""
    tags = (tag_of(control) for control in node.iterancestors(w("sdt")))
    return any(tag.startswith("docctl:") and tag != BODY_CONTROL for tag in tags)


def _place(kind: str, name: str, root: etree._Element) -> str:
    """Return where a part shows, with the kind of page that a header or footer is for."""
    marks = [mark for mark in root.iter(w("headerReference"), w("footerReference")) if name in mark.attrib.values()]
    pages = {mark.get(w("type"), "default") for mark in marks} - {"default"}
    return " ".join([_PLACES[kind], *(f"of {page} pages" for page in sorted(pages))])


def _text(run: etree._Element) -> str:
    gaps = {w("tab"): "\t", w("br"): "\n", w("cr"): "\n", w("noBreakHyphen"): "‑", w("sym"): "□"}
    return "".join(node.text or "" if node.tag == w("t") else gaps.get(node.tag, "") for node in run)


def _by_name(properties: etree._Element | None, without: Sequence[str] = ()) -> dict[str, str]:
    children = () if properties is None else properties.iterchildren(etree.Element)
    return {etree.QName(each).localname: written(each) for each in children if each.tag not in map(w, without)}


def _letters(runs: Sequence[etree._Element], said_of: Callable[[etree._Element], Mapping[str, str]]) -> dict[str, str]:
    """Return each property of letters with the words that have it, however the words lie in runs."""
    found: dict[str, list[tuple[str, int, int]]] = {}
    whole = ""
    for run in runs:
        start, whole = len(whole), whole + _text(run)
        if len(whole) == start:
            continue
        for name, value in said_of(run).items():
            spans = found.setdefault(name, [])
            if spans and (spans[-1][0], spans[-1][2]) == (value, start):
                start = spans.pop()[1]
            spans.append((value, start, len(whole)))
            start = len(whole) - len(_text(run))
    return {
        name: "; ".join(_spanned(whole, name, *span) for span in spans) + EXACT + repr(spans)
        for name, spans in found.items()
    }


def _spanned(whole: str, name: str, value: str, start: int, end: int) -> str:
    said = in_words(name, value)
    return said if end - start == len(whole) else on_words(said, whole[start:end].strip())


def _targets(paragraph: etree._Element, part: Part) -> Iterator[str]:
    """Yield where the links of a paragraph lead: to an address outside, or to a mark that its author gave a name."""
    for link in paragraph.iter(w("hyperlink")):
        relationship = part.rels.get(link.get(qn("r:id"), ""))
        outside = relationship.target_ref if relationship is not None and relationship.is_external else ""
        mark = link.get(w("anchor"), "")
        yield f"{outside}#{mark}" if mark and not mark.startswith("_") else outside


def _drawing(node: etree._Element, part: Part, at: int) -> dict[str, str]:
    """Return a picture or drawing as it shows: its bytes, what is cut off, its size, and the rest, as where it stands.

    What a box in it says stands in lines of its own.
    """
    bare = deepcopy(node)
    for box in list(bare.iter(w("txbxContent"))):
        box.getparent().remove(box)
    kind = "picture" if next(bare.iter(f"{DRAWING}blip", f"{VML}imagedata"), None) is not None else "drawing"
    cuts = [each for each in bare.iter(f"{DRAWING}srcRect") if each.attrib]
    extents = [each for each in bare.iter(f"{PLACED}extent", f"{DRAWING}ext") if each.get("cx")]
    sizes = [(each.get("cx", ""), each.get("cy", "")) for each in extents]
    shown = []
    for name in {value for each in bare.iter(etree.Element) for value in each.attrib.values() if value in part.rels}:
        relationship = part.rels[name]
        target = relationship.target_ref if relationship.is_external else relationship.target_part.blob.hex()
        shown.append(hashlib.sha256(target.encode()).hexdigest())
    found = {
        f"{kind} {at}": f"one {kind}{EXACT}{' '.join(sorted(shown))}",
        f"{kind} {at} cut": f"{'; '.join(map(_cut, cuts)) or 'whole'}{EXACT}{' '.join(map(written, cuts))}",
        f"{kind} {at} size": f"{' × '.join(map(centimetres, sizes[0]))} cm{EXACT}{sizes}" if sizes else "",
    }
    for each in extents:
        each.attrib.clear()
    for each in list(bare.iter(f"{DRAWING}srcRect")):
        each.getparent().remove(each)
    return found | {f"{kind} {at} form": EXACT + written(bare)}


def _cut(edges: etree._Element) -> str:
    names = {"l": "left", "t": "top", "r": "right", "b": "bottom"}
    shares = ((names[side], share) for side, share in edges.attrib.items() if side in names)
    told = ", ".join(f"{int(share) / 1000:g} % at the {name}" for name, share in shares if share.lstrip("-").isdigit())
    return f"cut off {told}" if told else "cut"


def _around(paragraph: etree._Element) -> dict[str, str]:
    """Return how the cell, row and table look that a paragraph is the first of."""
    found: dict[str, str] = {}
    for holder in paragraph.iterancestors(w("tc"), w("tr"), w("tbl")):
        name = etree.QName(holder).localname
        if next(holder.iter(w("p")), None) is not paragraph:
            break
        for properties, owner in _OF_THE_FIRST.items():
            own = holder.find(w(properties))
            if owner == name and own is not None:
                found |= {f"{name} {key}": value for key, value in _by_name(own, ("tblLook",)).items()}
    return found


def _sections(section: etree._Element) -> dict[str, str]:
    return _by_name(section, ("headerReference", "footerReference", "sectPrChange"))
