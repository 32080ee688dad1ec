"""A checked Word file as its parts: those with text gone through and changed, and all else left byte by byte."""

from collections.abc import Callable, Iterator
from zipfile import BadZipFile

from lxml import etree

from docctl.domain.errors import TemplateError
from docctl.word_format.markup import (
    CONTENT_TYPES,
    LINKS,
    ROOT_LINKS,
    TYPES_PART,
    kind_of,
    links_part,
    main_part,
    ordinary_form,
    resolved,
    unzipped,
    zipped,
)

EVERY_PAGE = ("header", "footer")
NOTES = ("footnotes", "endnotes")
_LINK = f"{LINKS}Relationship"


class WordParts:
    """The parts of one Word file; what is read of them is parsed, and only what was changed is written anew."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._trees: dict[str, etree._Element] = {}
        self._before: dict[str, bytes] = {}
        try:
            self._parts = unzipped(data)
            self.main = main_part({ROOT_LINKS: self.tree(ROOT_LINKS)})
            self.tree(self.main)
        except (BadZipFile, KeyError, ValueError, etree.XMLSyntaxError) as error:
            raise TemplateError(
                "The file is not a Word document (.docx), or it is damaged; save it again in Word."
            ) from error

    def tree(self, name: str) -> etree._Element:
        """Return a part parsed, without entities, network or huge trees."""
        if name not in self._trees:
            parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
            self._trees[name] = etree.fromstring(ordinary_form(self._parts[name]), parser)
            self._before[name] = etree.tostring(self._trees[name])
        return self._trees[name]

    def related(self, *kinds: str) -> list[str]:
        """Return the parts that the text refers to by relationships of some kinds, each once."""
        found = (resolved(links, link.get("Target", "")) for links, link in self._links_of_text() if _is(link, kinds))
        return [name for name in dict.fromkeys(found) if name in self._parts]

    def trees(self, *kinds: str) -> Iterator[etree._Element]:
        """Yield the parsed parts of some kinds that the text refers to."""
        for name in self.related(*kinds):
            yield self.tree(name)

    def texts(self) -> Iterator[etree._Element]:
        """Yield every part with text that is read: the body, the notes, the headers and footers."""
        yield self.tree(self.main)
        yield from self.trees(*NOTES, *EVERY_PAGE)

    def drop(self, is_dropped: Callable[[str], bool]) -> None:
        """Take out the parts that the text refers to by a kind of relationship, with all that only they refer to."""
        for links, link in list(self._links_of_text()):
            if is_dropped(kind_of(link)):
                link.getparent().remove(link)
                self._forget(resolved(links, link.get("Target", "")))

    def written(self) -> bytes:
        """Return the file; where nothing was changed, the very bytes it was made of."""
        changed = {
            name: etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            for name, root in self._trees.items()
            if name in self._parts and etree.tostring(root) != self._before[name]
        }
        return zipped(self._parts | changed) if changed else self._data

    def _links_of_text(self) -> Iterator[tuple[str, etree._Element]]:
        links = links_part(self.main)
        if links in self._parts:
            yield from ((links, link) for link in self.tree(links).iter(_LINK))

    def _forget(self, name: str) -> None:
        """Take out a part that nothing refers to any more, and then what only it referred to."""
        if name not in self._parts or name in self._referred():
            return
        del self._parts[name]
        for override in list(self.tree(TYPES_PART).iter(f"{CONTENT_TYPES}Override")):
            if override.get("PartName", "").lstrip("/") == name:
                override.getparent().remove(override)
        links = links_part(name)
        if links in self._parts:
            targets = [resolved(links, link.get("Target", "")) for link in self.tree(links).iter(_LINK)]
            del self._parts[links]
            for target in targets:
                self._forget(target)

    def _referred(self) -> set[str]:
        every = ((name, link) for name in self._parts if name.endswith(".rels") for link in self.tree(name).iter(_LINK))
        return {resolved(name, link.get("Target", "")) for name, link in every if not _is_outside(link)}


def _is(link: etree._Element, kinds: tuple[str, ...]) -> bool:
    return kind_of(link) in kinds and not _is_outside(link)


def _is_outside(link: etree._Element) -> bool:
    return str(link.get("TargetMode", "")).lower() == "external"
