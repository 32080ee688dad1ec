"""Faults: processes killed, files left behind, writers in a race; afterwards nothing is lost and nothing half done."""
