"""The text of a revision as somebody wrote it, before it is stored."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class WrittenText:
    """Markdown with its pictures, and the Word file where the text was written in Word."""

    markdown: str
    assets: dict[str, bytes] = field(default_factory=dict)
    word_source: bytes | None = None
    losses: tuple[str, ...] = ()
