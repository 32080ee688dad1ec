"""What a run of a Word file states of its looks, by itself or by the styles that it and its paragraph have."""

from collections.abc import Iterator

from docctl.word_format.markup import WORD, Element
from docctl.word_format.styles import with_bases


class RunStyles:
    """Answers what a run states, by itself, by its style or that of its paragraph, or as all text of the file."""

    def __init__(self, styles: Element | None) -> None:
        found = list(styles.iter(f"{WORD}style")) if styles is not None else []
        self._styles = {style.get(f"{WORD}styleId", ""): style for style in found}
        self._by_style: dict[tuple[str, str], Element | None] = {}
        self._of_all = styles.find(f"{WORD}docDefaults/{WORD}rPrDefault/{WORD}rPr") if styles is not None else None
        told = styles.iterfind(f"{WORD}style/{WORD}rPr/*") if styles is not None else ()
        self._told_by_any = {each.tag for each in told}
        self._usual = next((style.get(f"{WORD}styleId", "") for style in found if _is_usual(style)), "")

    def stated(self, run: Element, name: str) -> Element | None:
        """Return what a run states of its looks, by itself or else by its style or that of its paragraph."""
        return next(self.stated_in_turn(run, name), None)

    def stated_in_turn(self, run: Element, name: str) -> Iterator[Element]:
        """Yield what a run states of its looks, then what its style does, that of its paragraph, and the whole file."""
        own = run.find(f"{WORD}rPr/{WORD}{name}")
        if own is not None:
            yield own
        of_all = self.of_all(name)
        yield from (each for each in (*self.of_styles(run, name), of_all) if each is not None)

    def of_styles(self, run: Element, name: str) -> tuple[Element | None, Element | None]:
        """Return what the style of a run states, and what that of its paragraph does."""
        if f"{WORD}{name}" not in self._told_by_any:
            return None, None
        paragraph = next(run.iterancestors(f"{WORD}p"), None)
        own = run.find(f"{WORD}rPr/{WORD}rStyle")
        around = paragraph.find(f"{WORD}pPr/{WORD}pStyle") if paragraph is not None else None
        usual = self._usual if paragraph is not None else ""
        return (
            self._of_style(own.get(f"{WORD}val", ""), name) if own is not None else None,
            self._of_style(around.get(f"{WORD}val", "") if around is not None else usual, name),
        )

    def name_of_paragraph(self, run: Element) -> str:
        """Return the name of the style that the paragraph of a run has."""
        around = next(run.iterancestors(f"{WORD}p"), None)
        stated = around.find(f"{WORD}pPr/{WORD}pStyle") if around is not None else None
        style = self._styles.get(stated.get(f"{WORD}val", "") if stated is not None else self._usual)
        name = style.find(f"{WORD}name") if style is not None else None
        return str(name.get(f"{WORD}val", "")) if name is not None else ""

    def of_paragraph_style(self, paragraph: Element, name: str) -> Element | None:
        """Return what the style of a paragraph, or one that it rests on, states of the paragraph itself."""
        stated = paragraph.find(f"{WORD}pPr/{WORD}pStyle")
        style = stated.get(f"{WORD}val", "") if stated is not None else self._usual
        said = (self._styles[key].find(f"{WORD}pPr/{WORD}{name}") for key in with_bases(style, self._styles))
        return next((own for own in said if own is not None), None)

    def of_all(self, name: str) -> Element | None:
        """Return what the file states for all of its text."""
        return self._of_all.find(f"{WORD}{name}") if self._of_all is not None else None

    def is_cancelled(self, run: Element, name: str) -> bool:
        """Say whether the styles of a run and of its paragraph both switch something on, which Word then shows off."""
        if f"{WORD}{name}" not in self._told_by_any or run.find(f"{WORD}rPr/{WORD}{name}") is not None:
            return False
        if is_on(self.of_all(name)):
            return False
        return all(map(is_on, self.of_styles(run, name)))

    def _of_style(self, style: str, name: str) -> Element | None:
        """Return what a style states, by itself or by the style that it rests on."""
        if (style, name) not in self._by_style:
            self._by_style[style, name] = None
            if style in self._styles:
                own = self._styles[style].find(f"{WORD}rPr/{WORD}{name}")
                base = self._styles[style].find(f"{WORD}basedOn")
                rests_on = base.get(f"{WORD}val", "") if base is not None else ""
                self._by_style[style, name] = own if own is not None else self._of_style(rests_on, name)
        return self._by_style[style, name]


def _is_usual(style: Element) -> bool:
    is_default = style.get(f"{WORD}default") in ("1", "true", "on")
    return is_default and style.get(f"{WORD}type") == "paragraph"


def is_on(switch: Element | None) -> bool:
    """Say whether a switch that a file may state is stated and on."""
    return switch is not None and switch.get(f"{WORD}val", "true") not in ("0", "false", "off")
