"""Word files as they arrive: checked before anything reads them, freed of what reaches outside, and read for facts."""

from docctl.adapters.word_package.checking import check_word_package
from docctl.adapters.word_package.cleaning import without_outside_references
from docctl.adapters.word_package.facts import read_word_facts
from docctl.adapters.word_package.usual_names import with_usual_names
from docctl.adapters.word_package.zip_entries import PackageLimits

__all__ = ["PackageLimits", "check_word_package", "read_word_facts", "with_usual_names", "without_outside_references"]
