"""The properties of a Word paragraph, which the mark at its end carries, and those of the mark itself."""

from copy import deepcopy

from lxml import etree

from docctl.adapters.word_document.xml import element, w

_OF_THE_MARK = (w("rPr"), w("sectPr"), w("pPrChange"))


def properties_of(paragraph: etree._Element) -> etree._Element:
    """Return the properties of a paragraph, made where there are none."""
    properties = paragraph.find(w("pPr"))
    if properties is None:
        properties = element("pPr")
        paragraph.insert(0, properties)
    return properties


def mark_properties(paragraph: etree._Element) -> etree._Element:
    """Return the properties of the mark that ends a paragraph; they come before the section's and the change's."""
    properties = properties_of(paragraph)
    found = properties.find(w("rPr"))
    if found is None:
        found = element("rPr")
        later = next((child for child in properties if child.tag in _OF_THE_MARK), None)
        properties.append(found) if later is None else later.addprevious(found)
    return found


def own_properties(properties: etree._Element | None) -> list[etree._Element]:
    """Return copies of the properties that are the paragraph's, not those of its mark or its section."""
    return [deepcopy(child) for child in (() if properties is None else properties) if child.tag not in _OF_THE_MARK]


def are_alike(one: etree._Element | None, other: etree._Element | None) -> bool:
    """Say whether two paragraphs have the same properties of their own."""
    return _written(one) == _written(other)


def _written(properties: etree._Element | None) -> bytes:
    return bytes(etree.tostring(element("pPr", *own_properties(properties)), method="c14n"))
