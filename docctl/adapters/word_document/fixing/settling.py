"""Tracked changes of a Word file settled, all accepted or all rejected, and its comments taken out."""

from lxml import etree

from docctl.adapters.word_document.parts import NOTES, WordParts
from docctl.adapters.word_document.xml import element, w
from docctl.word_format.cells import join_cells, marked_cells, take_out_cells
from docctl.word_format.markup import MATHS

_OF_FORMULAS = f"{MATHS}ctrlPr"
_FORMER = tuple(
    map(
        w,
        ("rPrChange", "pPrChange", "tblPrChange", "trPrChange", "tcPrChange", "sectPrChange", "tblGridChange"),
    )
)
_FORGOTTEN = tuple(map(w, ("tblPrExChange", "numberingChange")))
_ROOMS = tuple(
    w(f"{name}Range{end}")
    for name in ("moveFrom", "moveTo", "customXmlIns", "customXmlDel", "customXmlMoveFrom", "customXmlMoveTo")
    for end in ("Start", "End")
)
_COMMENTS = (w("commentRangeStart"), w("commentRangeEnd"))
_OF_COMMENTS = ("comments", "people", "tasks")
_BESIDE_THE_TEXT = ("styles", "numbering")
_AS_KEPT = {w("delText"): w("t"), w("delInstrText"): w("instrText")}
_BETWEEN = tuple(
    map(w, ("bookmarkStart", "bookmarkEnd", "proofErr", "permStart", "permEnd", "commentRangeStart", "commentRangeEnd"))
)
_AROUND = tuple(map(w, ("sdt", "sdtContent", "customXml")))
_SEEN = tuple(
    map(w, ("t", "tab", "br", "sym", "drawing", "pict", "object", "footnoteReference", "endnoteReference", "fldChar"))
)
_NOTES = (w("footnote"), w("endnote"))
_REFERENCES = (w("footnoteReference"), w("endnoteReference"))
_HOMES = tuple(map(w, ("tc", "txbxContent", "hdr", "ftr", "footnote", "endnote", "sdtContent")))


def settle_word_changes(word: bytes, *, accept: bool) -> bytes:
    """Return a Word file without tracked changes and comments: as if all were accepted, or all rejected."""
    parts = WordParts(word)
    settle(parts, accept=accept)
    take_out_unused_notes(parts)
    return parts.written()


def settle(parts: WordParts, *, accept: bool) -> None:
    """Settle the changes in every part of a Word file, and take out its comments with who wrote them."""
    for root in parts.texts():
        _settle(root, accept=accept)
        _take_out_comments(root)
    for root in parts.trees(*_BESIDE_THE_TEXT):
        for former in list(root.iter(*_FORMER)):
            _settle_properties(former, accept=accept)
    parts.drop(lambda kind: any(named in kind.lower() for named in _OF_COMMENTS))


def take_out_unused_notes(parts: WordParts) -> None:
    """Take out the notes that no place in the text points at, which some programs print under another's sign."""
    used = {
        (reference.tag.removesuffix("Reference"), reference.get(w("id")))
        for root in parts.texts()
        for reference in root.iter(*_REFERENCES)
    }
    for root in parts.trees(*NOTES):
        for note in root.findall("*"):
            is_a_line = note.get(w("type"), "normal") != "normal"
            if note.tag in _NOTES and not is_a_line and (note.tag, note.get(w("id"))) not in used:
                root.remove(note)


def _settle(root: etree._Element, *, accept: bool) -> None:
    kept, dropped = ("ins", "moveTo"), ("del", "moveFrom")
    if not accept:
        kept, dropped = dropped, kept
    keeps, drops = set(map(w, kept)), set(map(w, dropped))
    _settle_controls(root, "customXmlDel" if accept else "customXmlIns")
    _settle_rows_and_cells(root, drops, accept=accept)
    joined = [paragraph for paragraph in root.iter(w("p")) if _mark_goes(paragraph, drops)]
    for mark in list(root.iter(*keeps, *drops)):
        if mark.getparent().tag == _OF_FORMULAS and mark.tag in drops:
            _remove(mark.getparent().getparent().getparent())
        elif mark.getparent().tag == f"{MATHS}r" or mark.getparent().tag == w("numPr"):
            _remove(mark.getparent() if mark.tag in drops else mark)
        elif mark.tag in drops or mark.getparent().tag in (w("rPr"), w("trPr"), _OF_FORMULAS):
            _remove(mark)
        else:
            _unwrap(mark)
    for part in list(root.iter(*_AS_KEPT)):
        part.tag = _AS_KEPT[part.tag]
    for paragraph in reversed(joined):  # from the end, so that each piece is moved once
        _flow_into_the_next(paragraph)
    for former in list(root.iter(*_FORMER)):
        _settle_properties(former, accept=accept)
    for forgotten in list(root.iter(*_FORGOTTEN, *_ROOMS)):
        _remove(forgotten)


def _settle_controls(root: etree._Element, gone: str) -> None:
    """Take the controls that came or went off from around what they hold."""
    for start in list(root.iter(w(f"{gone}RangeStart"))):
        control = start.getnext()
        if control is not None and control.tag in (w("sdt"), w("customXml")):
            held = control.find(w("sdtContent")) if control.tag == w("sdt") else control
            for child in [] if held is None else list(held):
                if child.tag != w("customXmlPr"):
                    control.addprevious(child)
            _remove(control)


def _settle_rows_and_cells(root: etree._Element, drops: set[str], *, accept: bool) -> None:
    for row in list(root.iter(w("tr"))):
        if any(mark.tag in drops for mark in row.iterfind(f"{w('trPr')}/*")):
            _remove(row)
    goes, stays = ("cellDel", "cellIns") if accept else ("cellIns", "cellDel")
    take_out_cells(marked_cells(root, goes))
    join_cells(root, accept=accept)
    for mark in list(root.iter(w(stays))):
        _remove(mark)
    for control in list(root.iter(w("sdt"))):
        if control.getparent().tag in (w("tbl"), w("tr")) and control.find(f"{w('sdtContent')}/*") is None:
            _remove(control)
    for row in list(root.iter(w("tr"))):
        if next(row.iter(w("tc")), None) is None:
            _remove(row)
    for table in list(root.iter(w("tbl"))):
        if next(table.iter(w("tr")), None) is None:
            _remove(table)


def _mark_goes(paragraph: etree._Element, drops: set[str]) -> bool:
    """Say whether the mark that ends a paragraph is settled away, so that its text flows into the next."""
    marks = {mark.tag for mark in paragraph.iterfind(f"{w('pPr')}/{w('rPr')}/*")}
    return bool(marks & drops)


def _flow_into_the_next(paragraph: etree._Element) -> None:
    """Let a paragraph go on in the next, which keeps its form unless nothing stands in it."""
    parent, following = paragraph.getparent(), _next_block(paragraph)
    if parent is None:
        return
    if following is None or following.tag != w("p"):
        is_alone = following is None and (parent.tag in _HOMES or len(parent.findall(w("p"))) < 2)
        if not _is_seen(paragraph) and not is_alone:
            _remove(paragraph)
        return
    join_paragraphs(paragraph, following)


def join_paragraphs(paragraph: etree._Element, following: etree._Element) -> None:
    """Put the text of a paragraph before that of a later one, and take the first out."""
    own, form = following.find(w("pPr")), paragraph.find(w("pPr"))
    if _is_seen(paragraph) and not _is_seen(following):
        section = own.find(w("sectPr")) if own is not None else None
        if own is not None:
            following.remove(own)
        own = form if form is not None else element("pPr")
        for old in own.findall(w("sectPr")):
            own.remove(old)
        own.extend([] if section is None else [section])
        following.insert(0, own)
    place = 0 if own is None else 1
    following[place:place] = [child for child in paragraph if child.tag != w("pPr")]
    _remove(paragraph)


def _next_block(paragraph: etree._Element) -> etree._Element | None:
    """The paragraph or table behind a paragraph, in a control too; marks between them hold nothing."""
    block = next((each for each in paragraph.itersiblings() if each.tag not in _BETWEEN), None)
    while block is not None and block.tag in _AROUND:
        inside = (each for each in block if each.tag in (*_AROUND, w("p"), w("tbl")))
        block = next(inside, None)
    return block


def _is_seen(paragraph: etree._Element) -> bool:
    return next(paragraph.iter(*_SEEN), None) is not None


def _settle_properties(former: etree._Element, *, accept: bool) -> None:
    """Forget what a format was before, or put it back."""
    properties = former.getparent()
    if not accept and len(former):
        keeps = [each for each in properties if each.tag in (w("rPr"), w("sectPr"), w("ins"), w("del"))]
        restored = [*former[0], *keeps] if properties.tag == w("pPr") else list(former[0])
        for child in list(properties):
            properties.remove(child)
        properties.extend(restored)
        return
    _remove(former)


def _take_out_comments(root: etree._Element) -> None:
    for mark in list(root.iter(*_COMMENTS)):
        _remove(mark)
    for reference in list(root.iter(w("commentReference"))):
        run = reference.getparent()
        run.remove(reference)
        if all(child.tag == w("rPr") for child in run):
            _remove(run)


def _unwrap(mark: etree._Element) -> None:
    for child in list(mark):
        mark.addprevious(child)
    _remove(mark)


def _remove(node: etree._Element) -> None:
    """Take an element out; what holds paragraphs never stays without one."""
    parent = node.getparent()
    if parent is None:
        return
    parent.remove(node)
    if parent.tag in _HOMES and not _holds_blocks(parent) and not _is_within_lines(parent):
        parent.append(element("p"))


def _holds_blocks(home: etree._Element) -> bool:
    return any(child.tag in (w("p"), *_AROUND) for child in home)


def _is_within_lines(home: etree._Element) -> bool:
    """Say whether a control holds pieces of a line, rows or cells, and no paragraphs."""
    if home.tag != w("sdtContent"):
        return False
    return home.getparent() is None or home.getparent().getparent().tag not in (
        *_AROUND, w("body"), w("tc"), w("txbxContent"), w("hdr"), w("ftr"), w("footnote"), w("endnote"),
    )  # fmt: skip
