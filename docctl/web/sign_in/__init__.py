"""Signing in and out, second factors, and forgotten passwords."""
