"""What the Word reader asks of single pieces of a Word file's markup."""

from collections.abc import Mapping

from docctl.adapters.reading_back.word_looks import sign_in
from docctl.adapters.reading_back.word_names import CHOICES, Element, W

THROUGH = frozenset(
    f"{W}{name}" for name in ("ins", "moveTo", "smartTag", "customXml", "hyperlink", "fldSimple", "dir", "bdo")
)
BOXES = f"{W}txbxContent"
_LONGEST_SIGN = 12
_LEADERS = {"dot": ".", "hyphen": "-", "underscore": "_", "heavy": "_", "middleDot": "·"}


def children_of(holder: Element, tag: str) -> list[Element]:
    """Return the rows of a table or cells of a row, also where controls or changes wrap them."""
    found = []
    for each in holder:
        if each.tag == tag:
            found.append(each)
        elif each.tag == f"{W}sdt":
            content = each.find(f"{W}sdtContent")
            found += children_of(content, tag) if content is not None else []
        elif each.tag in THROUGH:
            found += children_of(each, tag)
    return found


def is_continued(properties: Element | None) -> bool:
    """Say whether a cell only continues the one above, so that Word shows nothing of what it holds."""
    merge = properties.find(f"{W}vMerge") if properties is not None else None
    return merge is not None and merge.get(f"{W}val", "continue") == "continue"


def boxes_in(drawing: Element) -> list[Element]:
    """Return the outermost text boxes of a drawing, each once."""
    found = []
    for each in drawing:
        if each.tag == BOXES:
            found.append(each)
        elif each.tag == f"{CHOICES}AlternateContent":
            options = [boxes_in(option) for option in each]
            found += next((option for option in options if option), [])
        else:
            found += boxes_in(each)
    return found


def end_is_deleted(properties: Element) -> bool:
    """Say whether the end of a paragraph was deleted, so that the next one belongs to it."""
    marks = properties.find(f"{W}rPr")
    return marks is not None and (marks.find(f"{W}del") is not None or marks.find(f"{W}moveFrom") is not None)


def stands_in_a_frame(table: Element) -> bool:
    """Say whether a table stands in a frame, as the lines around it may: then every line in it says so."""
    framed = [each.find(f"{W}pPr/{W}framePr") is not None for each in table.iter(f"{W}p")]
    return bool(framed) and all(framed)


def is_drop_cap(properties: Element) -> bool:
    """Say whether a paragraph is the large first letter of the next one."""
    frame = properties.find(f"{W}framePr")
    return frame is not None and frame.get(f"{W}dropCap", "none") != "none"


def is_made_contents(paragraph: Element) -> bool:
    """Say whether a field that is written in one piece makes contents of a paragraph."""
    told = (each.get(f"{W}instr", "").upper().split()[:1] for each in paragraph.iter(f"{W}fldSimple"))
    return ["TOC"] in told


def symbol_of(piece: Element) -> str:
    """Return the sign that a symbol of a font names."""
    code = piece.get(f"{W}char", "")
    return sign_in(piece.get(f"{W}font", ""), int(code, 16)) if code else ""


def own_sign_of(run: Element) -> str:
    """Return the sign that a note has of its own, behind its reference in the same run or alone in the next one."""
    for each in (run, run.getnext()):
        pieces = each.iter(f"{W}t", f"{W}sym") if each is not None and each.tag == f"{W}r" else ()
        said = "".join(symbol_of(piece) if piece.tag == f"{W}sym" else piece.text or "" for piece in pieces)
        if said.strip():
            return said if each is run or (len(said) <= _LONGEST_SIGN and not said[0].isspace()) else ""
    return ""


def is_number(mark: str) -> bool:
    """Say whether the mark of a list counts."""
    return any(letter.isdigit() for letter in mark)


def title_of_record(tag: str) -> str:
    """Return the line above a record that docctl fills in."""
    return tag.removeprefix("docctl:").replace("_", " ").capitalize()


def drawn_by(begin: Element) -> str:
    """Return what a field of an old form draws: a box, ticked or not, or what is chosen from a list."""
    box, choice = begin.find(f".//{W}checkBox"), begin.find(f".//{W}ddList")
    if box is not None:
        state = box.find(f"{W}checked") if box.find(f"{W}checked") is not None else box.find(f"{W}default")
        return "☐" if state is None or state.get(f"{W}val") in ("0", "false", "off") else "☒"
    if choice is None:
        return ""
    said = choice.find(f"{W}result") if choice.find(f"{W}result") is not None else choice.find(f"{W}default")
    offered = [entry.get(f"{W}val", "") for entry in choice.iter(f"{W}listEntry")]
    place = said.get(f"{W}val", "") if said is not None else "0"
    return offered[int(place)] if place.isdigit() and int(place) < len(offered) else ""


def leaders_in(parts: Mapping[str, Element]) -> frozenset[str]:
    """Return the signs with which tabs of a Word file are filled."""
    tabs = (tab for part in parts.values() for tab in part.iter(f"{W}tab", f"{W}ptab"))
    return frozenset(_LEADERS[kind] for tab in tabs if (kind := tab.get(f"{W}leader", "")) in _LEADERS)
