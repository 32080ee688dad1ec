"""The few pieces of WordprocessingML that filling a document needs."""

from lxml import etree
from lxml.builder import ElementMaker

from docctl.word_format.markup import OFFICE_LINKS, WORD

W, R = WORD.strip("{}"), OFFICE_LINKS.strip("{}")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_word = ElementMaker(namespace=W, nsmap={"w": W})


def w(name: str) -> str:
    """The full name of a WordprocessingML element or attribute."""
    return f"{{{W}}}{name}"


def element(name: str, *children: etree._Element, **attributes: str) -> etree._Element:
    """A WordprocessingML element; attribute names are given without their prefix."""
    return _word(name, *children, **{w(key): value for key, value in attributes.items()})


def run(text: str, properties: etree._Element | None = None) -> etree._Element:
    """A run of text in which line breaks and tabs stay what they are."""
    made = element("r")
    if properties is not None:
        made.append(properties)
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
        if number:
            made.append(element("br"))
        for position, piece in enumerate(line.split("\t")):
            if position:
                made.append(element("tab"))
            words = element("t")
            words.text = piece
            words.set(_SPACE, "preserve")
            made.append(words)
    return made


def text_of(node: etree._Element) -> str:
    """The text a paragraph or a table cell shows."""
    return "".join(words.text or "" for words in node.iter(w("t")))


def style_of(paragraph: etree._Element) -> str:
    """The id of the style a paragraph names, empty where it names none."""
    style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
    return style.get(w("val"), "") if style is not None else ""
