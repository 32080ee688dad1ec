"""Approval: review, signatures, and those who sign for others."""
