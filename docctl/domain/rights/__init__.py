"""Who may do what: rights, engagements of auditors, and in whose name somebody signs."""
