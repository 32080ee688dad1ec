"""What Whoosh is told of a revision."""

from whoosh import columns, fields, formats

INDEX_NAME = "entries3"


class _PreparedField(fields.FieldType):
    """A field whose words were already taken apart: its value is what Whoosh stores, so nothing is analysed twice."""

    def index(self, value, **_ignored):
        """Give Whoosh each word, how often it stands there, its weight and where."""
        return value


SCHEMA = fields.Schema(
    key=fields.ID(),
    stem=_PreparedField(formats.Format(), None),  # positions (in words), then places (in characters), 32 bits each
    word=_PreparedField(formats.Existence(), None),
    title=_PreparedField(formats.Existence(), None),
    facts=fields.COLUMN(columns.VarBytesColumn()),
    text=fields.STORED(),
    sections=fields.STORED(),
)
