"""What things are and the rules they obey: nouns of document control, free of web pages, sessions and tools."""
