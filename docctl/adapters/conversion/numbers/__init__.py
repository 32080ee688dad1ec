"""Numbers that Word draws before paragraphs, counted as Word counts."""
