"""The text of a revision as somebody wrote it, before it is stored."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class WrittenText:
    """Markdown with its pictures, the Word file it came from, and the share of that file's words that arrived.

    ``fixed_word`` is what is issued of that file where it is not the same: its fields as text, its changes settled.
    """

    markdown: str
    assets: dict[str, bytes] = field(default_factory=dict)
    word_source: bytes | None = None
    losses: tuple[str, ...] = ()
    recall: float | None = None
    fixed_word: bytes | None = None
