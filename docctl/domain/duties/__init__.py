"""Duties: what it is that asks people for something, and of whom."""
