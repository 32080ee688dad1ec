"""The notes of a Word file: their content, and the sign that each draws, counted for each kind of its own."""

from docctl.adapters.reading_back.list_marks import drawn
from docctl.adapters.reading_back.word_names import Element, W, value

_KINDS = {"footnote": "decimal", "endnote": "lowerRoman"}


class Notes:
    """Gives notes their signs as their references come."""

    def __init__(self, parts: dict[str, Element]) -> None:
        self._content: dict[tuple[str, str], Element] = {}
        self._settings = parts.get("word/settings.xml")
        self._sections = [
            each
            for each in parts["word/document.xml"].iter(f"{W}sectPr")
            if each.getparent().tag in (f"{W}pPr", f"{W}body")
        ]
        self._kinds = dict(_KINDS)
        self._next = dict.fromkeys(_KINDS, 0)
        for kind in _KINDS:
            part = parts.get(f"word/{kind}s.xml")
            for note in part if part is not None else ():
                self._content[kind, note.get(f"{W}id", "")] = note
        self._begin_section()

    def _begin_section(self) -> None:
        """Count as the section says that begins: anew or on, from which number and with which signs."""
        section = self._sections[0] if self._sections else None
        for kind, usual in _KINDS.items():
            said, restarts, start = usual, "", ""
            for holder in (self._settings, section):
                stated = holder.find(f"{W}{kind}Pr") if holder is not None else None
                said = value(stated, "numFmt") or said
                restarts = value(stated, "numRestart") or restarts
                start = value(stated, "numStart") or start
            self._kinds[kind] = said
            if restarts == "eachSect" or not self._next[kind]:
                self._next[kind] = int(start) if start.isdigit() else 1

    def end_section(self) -> None:
        """Go on to the next section, whose properties stand at its end."""
        del self._sections[:1]
        self._begin_section()

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
