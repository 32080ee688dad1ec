"""People and their organisation."""
