"""The XML parts of a checked Word file, parsed without entities, network or huge trees."""

from lxml import etree

from docctl.domain.errors import RefusedUploadError
from docctl.word_format.markup import Element, ordinary_form, unzipped


def parsed(content: bytes) -> Element:
    """Parse one part; raise RefusedUploadError where it is damaged or declares a document type."""
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(ordinary_form(content), parser)
    except etree.XMLSyntaxError as fault:
        raise RefusedUploadError(
            "The file is not a Word document that can be read: a part of it is damaged; "
            "open it in Word, save it again, and upload that."
        ) from fault
    if root.getroottree().docinfo.doctype:
        raise RefusedUploadError("The file was refused, because a part of it declares a document type.")
    return root


def written(root: Element) -> bytes:
    """Write a part as Word does."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def parsed_parts(data: bytes) -> tuple[dict[str, bytes], dict[str, Element]]:
    """Return all parts of a checked file as bytes, and those that are Word's own markup parsed as well."""
    parts = unzipped(data)
    trees = {
        name: parsed(content)
        for name, content in parts.items()
        if name.endswith((".rels", ".xml")) and not name.startswith("customXml/")
    }
    return parts, trees
