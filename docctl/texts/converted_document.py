"""A document as it came out of a conversion, with everything that could not be carried."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ConvertedDocument:
    """Text as Markdown, pictures by their path (``assets/image1.png``), each loss named in one sentence.

    ``recall`` is the share of the file's own words that arrived, where it was counted. ``title_line`` was taken out of
    the text because it is the title.
    """

    markdown: str
    assets: dict[str, bytes] = field(default_factory=dict)
    losses: tuple[str, ...] = ()
    title: str = ""
    number: str = ""
    recall: float | None = None
    title_line: str = ""
