"""Two Word files compared: in tracked changes, looks and hidden data."""
