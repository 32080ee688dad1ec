"""The web server: receiving requests, serving pages, and the log."""
