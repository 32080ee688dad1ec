"""Retention: how long documents are kept, what is on hold, what was disposed of."""
