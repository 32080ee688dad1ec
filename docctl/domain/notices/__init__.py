"""Notices: what people are told by mail."""
