"""Tests of what happens afterwards."""
