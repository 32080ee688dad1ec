"""What a run of a Word file states of its looks, by itself or by the styles that it and its paragraph have."""

from collections.abc import Iterator

from docctl.word_format.markup import WORD, Element


class RunStyles:
    """Answers what a run states, by itself or by the styles that it and its paragraph have."""

    def __init__(self, styles: Element | None) -> None:
        found = styles.iter(f"{WORD}style") if styles is not None else ()
        self._styles = {style.get(f"{WORD}styleId", ""): style for style in found}
        self._by_style: dict[tuple[str, str], Element | None] = {}

    def stated(self, run: Element, name: str) -> Element | None:
        """Return what a run states of its looks, by itself or else by its style or that of its paragraph."""
        return next(self.stated_in_turn(run, name), None)

    def stated_in_turn(self, run: Element, name: str) -> Iterator[Element]:
        """Yield what a run states of its looks, then what its style does, then that of its paragraph."""
        own = run.find(f"{WORD}rPr/{WORD}{name}")
        if own is not None:
            yield own
        paragraph = next(run.iterancestors(f"{WORD}p"), None)
        named = (
            run.find(f"{WORD}rPr/{WORD}rStyle"),
            paragraph.find(f"{WORD}pPr/{WORD}pStyle") if paragraph is not None else None,
        )
        for style in named:
            found = self._of_style(style.get(f"{WORD}val", ""), name) if style is not None else None
            if found is not None:
                yield found

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


def is_on(switch: Element | None) -> bool:
    """Say whether a switch that a file may state is stated and on."""
    return switch is not None and switch.get(f"{WORD}val", "true") not in ("0", "false", "off")
