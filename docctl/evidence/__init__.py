"""What a stranger checks a library with: written from the published format alone, carried by every evidence pack."""
