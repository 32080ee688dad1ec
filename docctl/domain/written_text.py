"""The text of a revision as somebody wrote it, before it is stored."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from docctl.domain.invisible_characters import with_plain_hyphens
from docctl.domain.word_markup import words_in

_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class WrittenText:
    """Markdown with its pictures, the Word file it came from, and the share of the file's words that arrived.

    ``fixed_word`` is what is issued of that file where it is not the same: its fields as text, its changes settled.
    ``title_line`` was taken out of the text because it is the title; it belongs back where the title says less.
    """

    markdown: str
    assets: dict[str, bytes] = field(default_factory=dict)
    word_source: bytes | None = None
    losses: tuple[str, ...] = ()
    recall: float | None = None
    fixed_word: bytes | None = None
    title_line: str = ""

    def under(self, number: str, title: str) -> "WrittenText":
        """Return the text as it stands below a number and a title, with its title line unless these say all of it."""
        if not _words(self.title_line) - _words(f"{number} {title}"):
            return self
        return replace(self, markdown=f"{self.title_line}\n\n{self.markdown}", title_line="")


def _words(text: str) -> Counter[str]:
    return Counter(words_in(with_plain_hyphens(_TAG.sub(" ", text))))
