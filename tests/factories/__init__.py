"""Makers of things that tests start from."""
