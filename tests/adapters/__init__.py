"""Tests of the tools outside."""
