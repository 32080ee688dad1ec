"""What the styles of a Word file say of its text: which is hidden, which is a heading, which is the contents."""

import re

from docctl.adapters.reading_back.word_names import Element, W, is_on, value
from docctl.word_format.markup import names_a_page
from docctl.word_format.symbol_fonts import NO_SIGN, is_symbol_font, sign_of

_CONTENTS = re.compile(r"(?i)toc\s?(?:\d|heading)")


class Looks:
    """Answers for paragraphs and runs, by their own properties and their styles."""

    def __init__(self, styles: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._default = ""
        for style in styles.findall(f"{W}style") if styles is not None else ():
            name = style.get(f"{W}styleId", "")
            self._styles[name] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true", "on"):
                self._default = name
        self._hidden: dict[str, bool] = {}

    def is_hidden(self, run: Element | None, style: str) -> bool:
        """Say whether Word shows a run to nobody."""
        own = is_on(run, "vanish")
        if own is not None:
            return own
        of_run = value(run, "rStyle")
        return self._is_hidden_style(of_run) or self._is_hidden_style(style or self._default)

    def _is_hidden_style(self, name: str) -> bool:
        if name not in self._hidden:
            self._hidden[name] = False
            style = self._styles.get(name)
            if style is not None:
                own = is_on(style.find(f"{W}rPr"), "vanish")
                self._hidden[name] = self._is_hidden_style(value(style, "basedOn")) if own is None else own
        return self._hidden[name]

    def signs_in(self, text: str, run: Element, style: str) -> str:
        """Return what Word shows of letters: signs, where a run is in a font that has signs in place of letters."""
        properties = run.find(f"{W}rPr")
        fonts = [self._font(kind, properties, value(properties, "rStyle"), style) for kind in ("ascii", "hAnsi")]
        if not any(map(is_symbol_font, fonts)):
            return text
        return "".join(sign_in(fonts[letter > "\x7f"], ord(letter)) for letter in text)

    def _font(self, kind: str, properties: Element | None, *styles: str) -> str:
        named, rest = properties.find(f"{W}rFonts") if properties is not None else None, list(styles)
        seen = set[str]()
        while (named is None or not named.get(f"{W}{kind}")) and rest:
            name = rest.pop(0)
            style = self._styles.get(name) if name not in seen else None
            seen.add(name)
            if style is not None:
                named = style.find(f"{W}rPr/{W}rFonts")
                rest.insert(0, value(style, "basedOn"))
        return named.get(f"{W}{kind}", "") if named is not None else ""

    def is_heading(self, properties: Element | None, style: str) -> bool:
        """Say whether a paragraph is a heading, by its style or an outline level of its own."""
        level = value(properties, "outlineLvl")
        seen = set[str]()
        while not level and style in self._styles and style not in seen:
            seen.add(style)
            if value(self._styles[style], "name").casefold().startswith("heading "):
                return True
            level = value(self._styles[style].find(f"{W}pPr"), "outlineLvl")
            style = value(self._styles[style], "basedOn")
        return level.isdigit() and int(level) < 9

    def is_contents(self, style: str, text: str) -> bool:
        """Say whether a line outside of a field is one of the contents: by its style, where it names a page."""
        return _CONTENTS.fullmatch(style) is not None and (names_a_page(text) or "heading" in style.casefold())


def sign_in(font: str, code: int) -> str:
    """Return what a letter shows in a font: a box where nobody knows."""
    if not is_symbol_font(font) or code <= 0x20:
        return chr(code)
    sign = sign_of(font, code)
    return "□" if sign == NO_SIGN else sign
