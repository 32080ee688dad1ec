"""Fields of a Word file as a reader sees them: their last results as text, links as links, old forms spelt out."""

from collections.abc import Iterator

from lxml import etree

from docctl.word_format.markup import WORD, Element

_SHOWN = tuple(
    f"{WORD}{name}" for name in ("t", "tab", "br", "cr", "sym", "drawing", "pict", "object", "noBreakHyphen")
)
_MARKS = (f"{WORD}fldChar", f"{WORD}instrText")


def spell_out_forms(root: Element) -> None:
    """Write what old forms draw themselves as text: boxes to tick, and what is chosen from a list."""
    for box in list(root.iter(f"{WORD}checkBox")):
        state = box.find(f"{WORD}checked")
        state = box.find(f"{WORD}default") if state is None else state
        ticked = state is not None and state.get(f"{WORD}val", "1") not in ("0", "false", "off")
        _write_before(box, "☒" if ticked else "☐")
    with_result = _with_result(root)
    for choice in list(root.iter(f"{WORD}ddList")):
        if with_result.intersection(choice.iterancestors(f"{WORD}fldChar")):
            continue
        entries = [entry.get(f"{WORD}val", "") for entry in choice.iter(f"{WORD}listEntry")]
        said = choice.find(f"{WORD}result")
        said = choice.find(f"{WORD}default") if said is None else said
        place = said.get(f"{WORD}val", "") if said is not None else "0"
        if place.isdigit() and int(place) < len(entries):
            _write_before(choice, entries[int(place)])


def show_results(root: Element) -> None:
    """Leave of each field what it shows, because pandoc loses what some hold, and shows text of instructions."""
    for simple in reversed(list(root.iter(f"{WORD}fldSimple"))):
        for child in reversed(list(simple)):
            simple.addnext(child)
        simple.getparent().remove(simple)
    for piece in list(_unread(root)):
        piece.getparent().remove(piece)


def _with_result(root: Element) -> set[Element]:
    """Return where the fields begin behind which a result stands as text, as some programs write forms too."""
    open_fields: list[Element] = []
    found: set[Element] = set()
    for piece in root.iter(f"{WORD}fldChar", f"{WORD}t"):
        kind = piece.get(f"{WORD}fldCharType")
        if kind == "begin":
            open_fields.append(piece)
        elif kind == "end" and open_fields:
            open_fields.pop()
        elif piece.text and piece.text.strip():
            found.update(open_fields)
    return found


def _write_before(element: Element, text: str) -> None:
    run = next(element.iterancestors(f"{WORD}r"), None)
    if run is not None:
        sign = etree.Element(f"{WORD}r")
        etree.SubElement(sign, f"{WORD}t").text = text
        run.addprevious(sign)


def _unread(root: Element) -> Iterator[Element]:
    """Yield the marks of all fields but links, and what stands inside of instructions."""
    stack: list[_Field] = []
    for piece in list(root.iter(*_MARKS, *_SHOWN)):
        kind = piece.get(f"{WORD}fldCharType")
        if kind == "begin":
            stack.append(_Field(inside_instruction=any(field.is_instruction for field in stack)))
        if piece.tag not in _MARKS:
            if any(field.is_instruction for field in stack):
                yield piece
            continue
        if not stack:
            yield piece
            continue
        field = stack[-1]
        field.marks.append(piece)
        if piece.tag == f"{WORD}instrText":
            field.instruction += piece.text or ""
        elif kind == "separate":
            field.is_instruction = False
        elif kind == "end":
            stack.pop()
            if not field.is_link:
                yield from field.marks
    for field in stack:
        yield from field.marks


class _Field:
    """One field while it is read: its marks, its instruction, and whether that still goes on."""

    def __init__(self, *, inside_instruction: bool) -> None:
        self.marks: list[Element] = []
        self.instruction = ""
        self.is_instruction = True
        self._is_hidden = inside_instruction

    @property
    def is_link(self) -> bool:
        """Say whether the field is a link that a reader sees."""
        return self.instruction.strip().upper().startswith("HYPERLINK") and not (self._is_hidden or self.is_instruction)
