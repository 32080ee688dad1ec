"""Word files read: made plain, and turned into the text that is stored."""
