"""Duties: reminding people of what they owe."""
