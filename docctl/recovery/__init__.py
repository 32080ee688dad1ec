"""Bringing a library back: backup and restore, rebuilding from Git, repair."""
