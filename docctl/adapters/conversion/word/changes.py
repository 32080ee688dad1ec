"""Tracked changes of whole paragraphs: what stands where a paragraph's end was deleted or moved away."""

from docctl.word_format.markup import MATHS, WORD, Element, visible_text

_SEEN = tuple(f"{WORD}{name}" for name in ("drawing", "pict", "object", "footnoteReference", "endnoteReference"))


def paragraphs_that_end_no_more(root: Element) -> list[Element]:
    """Return the paragraphs whose end was deleted or moved away in a tracked change."""
    ends = (f"{WORD}pPr/{WORD}rPr/{WORD}{name}" for name in ("del", "moveFrom"))
    found = {end.getparent().getparent().getparent() for path in ends for end in root.iterfind(f".//{path}")}
    return [paragraph for paragraph in root.iter(f"{WORD}p") if paragraph in found]


def join_with_the_next(paragraphs: list[Element]) -> None:
    """Let each paragraph go on in the next as Word does when changes are accepted, so that no empty item is counted."""
    for paragraph in paragraphs:
        after, parent = paragraph.getnext(), paragraph.getparent()
        if parent is None:
            continue
        _end_as_others_do(paragraph)
        if after is not None and after.tag == f"{WORD}p":
            if _is_seen(paragraph) and not _is_seen(after):
                _take_over_the_form(after, paragraph)
            text = [piece for piece in paragraph if piece.tag != f"{WORD}pPr"]
            place = 0 if after.find(f"{WORD}pPr") is None else 1
            after[place:place] = text
            parent.remove(paragraph)
        elif not _is_seen(paragraph) and len(parent.findall(f"{WORD}p")) > 1:
            parent.remove(paragraph)


def take_out_of_formulas(root: Element) -> None:
    """Take out the parts of formulas, whole fractions too, that say of themselves that they were deleted."""
    for mark in list(root.iter(f"{WORD}del", f"{WORD}moveFrom")):
        holder = mark.getparent()
        if holder is not None and holder.tag == f"{MATHS}ctrlPr":
            holder = holder.getparent().getparent()
        elif holder is None or holder.tag != f"{MATHS}r":
            continue
        if holder.getparent() is not None:
            holder.getparent().remove(holder)


def _is_seen(paragraph: Element) -> bool:
    return bool(visible_text(paragraph).strip()) or next(paragraph.iter(*_SEEN), None) is not None


def _end_as_others_do(paragraph: Element) -> None:
    for end in paragraph.findall(f"{WORD}pPr/{WORD}rPr/{WORD}del"):
        end.getparent().remove(end)


def _take_over_the_form(after: Element, paragraph: Element) -> None:
    """An empty paragraph takes the form of the one that goes on in it."""
    own, form = after.find(f"{WORD}pPr"), paragraph.find(f"{WORD}pPr")
    if own is not None:
        after.remove(own)
    if form is not None:
        after.insert(0, form)
