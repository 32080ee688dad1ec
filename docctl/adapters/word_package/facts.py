"""What a Word file says of itself, read from the file."""

from docctl.adapters.word_package.parts import parsed_parts
from docctl.domain.word_facts import WordFacts, facts_of
from docctl.domain.word_markup import is_strict, main_part


def read_word_facts(data: bytes) -> WordFacts:
    """Read the facts of a checked Word file."""
    parts, trees = parsed_parts(data)
    return facts_of(parts, trees, strict=is_strict(parts[main_part(trees)]))
