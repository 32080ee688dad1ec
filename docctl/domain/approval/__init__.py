"""Approval: routes, signatures, declarations and delegations."""
