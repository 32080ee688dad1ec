"""Tests of what people may look up."""
