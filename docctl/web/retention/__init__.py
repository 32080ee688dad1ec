"""Retention: rules, legal holds and disposal."""
