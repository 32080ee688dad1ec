"""How Typst lays out the pages of an issued document, and its own process."""
