"""Tests of the starter library as it stands in the files."""
