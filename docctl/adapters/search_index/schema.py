"""What Whoosh is told of a revision."""

from collections.abc import Generator, Iterable
from typing import Any

from whoosh import columns, fields, formats

INDEX_NAME = "entries3"


class _PreparedField(fields.FieldType):
    """A field whose words were already taken apart: its value is what Whoosh stores, so nothing is analysed twice."""

    def __init__(self, form: formats.Format) -> None:
        super().__init__(form, None)  # type: ignore[arg-type]  # Whoosh does without one, but does not say so

    def index(
        self, value: Iterable[tuple[bytes, int, float, bytes]], **_ignored: object
    ) -> Generator[tuple[bytes, int, float, bytes], Any, None]:
        """Give Whoosh each word, how often it stands there, its weight and where."""
        yield from value


SCHEMA = fields.Schema(
    key=fields.ID(),
    stem=_PreparedField(formats.Format()),  # positions (in words), then places (in characters), 32 bits each
    word=_PreparedField(formats.Existence()),
    title=_PreparedField(formats.Existence()),
    facts=fields.COLUMN(columns.VarBytesColumn()),
    text=fields.STORED(),
    sections=fields.STORED(),
)
