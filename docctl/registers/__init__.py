"""What people may look up: read only, each register named as an auditor asks for it."""
