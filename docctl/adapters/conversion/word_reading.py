"""From Word to Markdown, with every picture, the title and the number recognised, and each loss named."""

from docctl.adapters.conversion.pandoc import MARKDOWN, convert
from docctl.adapters.conversion.word_preparing import prepared
from docctl.domain.converted_document import ConvertedDocument


def word_to_markdown(docx: bytes) -> ConvertedDocument:
    """Convert a checked Word file; raises ConversionError where pandoc cannot read it."""
    word = prepared(docx)
    text = convert(word.docx, "docx", MARKDOWN, filters=("word_reading",)).decode()
    return ConvertedDocument(text, word.pictures, tuple(dict.fromkeys(word.losses)))
