"""What a text has to be to be saved, asked wherever one is shown before it is saved, too: one limit in all places."""

from docctl import tools

LARGE_TEXT = 200_000


def require_savable(markdown: str) -> None:
    """Raise ConversionError for a text that could not be opened, edited and printed again in fair time."""
    tools.reading_view.require_openable(markdown)
    if len(markdown) > LARGE_TEXT:
        # What decides is whether the editor can open it, within the same limits of time and memory.
        tools.conversion.markdown_to_html(markdown)
