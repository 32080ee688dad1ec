"""The text of a revision as somebody wrote it, before it is stored."""

import re
from dataclasses import dataclass, field, replace

from docctl.texts.invisible_characters import with_plain_hyphens
from docctl.word_format.markup import words_in

_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class WrittenText:
    """Markdown with its pictures, the Word file it came from, and the share of the file's words that arrived.

    ``fixed_word`` is what is issued of that file where it is not the same: its fields as text, its changes settled.
    ``title_line`` was taken out of the text because it is the title; it belongs back where the title says less or more.
    """

    markdown: str
    assets: dict[str, bytes] = field(default_factory=dict)
    word_source: bytes | None = None
    losses: tuple[str, ...] = ()
    recall: float | None = None
    fixed_word: bytes | None = None
    title_line: str = ""

    @property
    def weight(self) -> int:
        """How many letters and bytes it holds, to bound what is kept in memory at a time."""
        files = (self.word_source or b"", self.fixed_word or b"", *self.assets.values())
        return len(self.markdown) + sum(map(len, files))

    def under(self, number: str, title: str) -> "WrittenText":
        """Return the text as it stands below a number and a title, with its title line unless it says just these."""
        line, number_said, title_said = _words(self.title_line), _words(number), _words(title)
        if line in ([], title_said, [*number_said, *title_said], [*title_said, *number_said]):
            return self
        return replace(self, markdown=f"{self.title_line}\n\n{self.markdown}", title_line="")


def _words(text: str) -> list[str]:
    return list(words_in(with_plain_hyphens(_TAG.sub(" ", text))))
