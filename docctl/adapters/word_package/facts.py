"""What a Word file says of itself, read from the file."""

from docctl.adapters.word_package.parts import parsed, parsed_parts
from docctl.adapters.word_package.zip_entries import is_markup
from docctl.word_format.facts import WordFacts, facts_of
from docctl.word_format.markup import is_strict, main_part, settle_choices


def read_word_facts(data: bytes) -> WordFacts:
    """Read the facts of a checked Word file."""
    parts, trees = parsed_parts(data)
    for tree in trees.values():
        settle_choices(tree)
    hidden = {
        name: parsed(content) for name, content in parts.items() if name.startswith("customXml/") and is_markup(name)
    }
    return facts_of(parts, trees | hidden, strict=is_strict(parts[main_part(trees)]))
