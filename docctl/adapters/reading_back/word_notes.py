"""The notes of a Word file: their content, and the sign that each draws, counted for each kind of its own."""

from docctl.adapters.reading_back.list_marks import drawn
from docctl.adapters.reading_back.word_names import Element, W, value

_KINDS = {"footnote": "decimal", "endnote": "lowerRoman"}


class Notes:
    """Gives notes their signs as their references come."""

    def __init__(self, parts: dict[str, Element]) -> None:
        self._content: dict[tuple[str, str], Element] = {}
        self._kinds: dict[str, str] = {}
        self._next: dict[str, int] = {}
        settings = parts.get("word/settings.xml")
        for kind, usual in _KINDS.items():
            part = parts.get(f"word/{kind}s.xml")
            for note in part if part is not None else ():
                self._content[kind, note.get(f"{W}id", "")] = note
            said = settings.find(f"{W}{kind}Pr") if settings is not None else None
            section = parts["word/document.xml"].find(f"{W}body/{W}sectPr/{W}{kind}Pr")
            self._kinds[kind] = value(section, "numFmt") or value(said, "numFmt") or usual
            start = value(section, "numStart") or value(said, "numStart")
            self._next[kind] = int(start) if start.isdigit() else 1

    def next(self, kind: str, name: str, *, counts: bool) -> tuple[str, Element | None]:
        """Return sign and content of the note that is referred to next."""
        number = self._next[kind]
        if counts:
            self._next[kind] += 1
        return drawn(number, self._kinds[kind]), self._content.get((kind, name))


def without_sign(text: str, sign: str) -> str:
    """Return the text of a note without the sign that its author typed before it; a part of a word is no sign."""
    if not text.startswith(sign):
        return text
    rest = text[len(sign) :]
    if not sign.isalnum():
        return rest
    rest = rest[1:] if rest[:1] in (".", ")", ":", "]") else rest
    return rest if not rest or rest[0].isspace() else text
