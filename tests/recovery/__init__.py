"""Tests of bringing a library back."""
