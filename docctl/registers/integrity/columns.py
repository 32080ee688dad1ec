"""Which columns the events make, and which they do not: each of these with the reason why it may differ unseen."""

from sqlalchemy import Column

# What a row is called: by its number where events name that, else in words that do not depend on it. Every table that
# others refer to has a line.
IDENTITY = {
    "users": "{login}",
    "document_types": "document type {name}",
    "approval_routes": "approval route {name}",
    "documents": "{number}",
    "revisions": "{document_id} revision {number}",
    "saved_drafts": "{revision_id}, draft {number}",
    "legal_holds": "legal hold {id}",
    "disposals": "disposal {id}",
    "delegations": "delegation {id}",
    "audit_engagements": "audit engagement {id}",
    "witnesses": "witness {name}",
    "units": "unit {id}",
    "people": "person {id}",
}
BY_THE_CHAIN = {
    "events": "each event is compared with its leaf, its chain and its signed commit",
    "chain_head": "it is compared with the newest event",
}
FREE_TABLES = {
    "watermarks": "how far each follower has come; what is behind is caught up with",
    "sessions": "who is signed in; one that is not as its sign-in committed to is refused at each request, and named",
    "sign_in_attempts": "wrong passwords that are forgotten after minutes; the trail has an event of each",
    "notices": "letters that are still to be sent",
    "auditor_views": "what an auditor looked at today, until it is an event",
    "cosignatures": "what witnesses signed; each is checked by its key and the tree whenever it is shown or handed on",
}
# Secrets that no event tells: each is compared with the salted hash that the event holds which set it.
COMMITTED_TABLES = {
    "access_requests": "one-time links that were mailed; what was typed to ask for one is forgotten after an hour",
    "second_factors": "the seed of a device that was confirmed; when a code was last used is the table's own affair",
    "recovery_codes": "the codes together; which of them were used is the table's own affair",
}
FREE_TABLES |= COMMITTED_TABLES
FREE_COLUMNS = {
    "users.password_hash": "committed: it is compared with the salted hash in the event by which it was chosen",
    "users.one_time_hash": "committed: it is compared with the salted hash in the event that gave the link out",
    "users.one_time_until": "how long that link holds; at use the event tells it",
    "users.session_key": "ends sessions when it changes; put back it revives none, because later events end them",
    "documents.branch_commit": "how far the reference in Git has followed; references are compared themselves",
    "organisation.demonstration_logins": "what the sign-in page of a demonstration shows",
}
# Rows whose number their events name; of all others the number is the database's own affair.
NUMBERED = frozenset(
    {
        "users",
        "organisation",
        "document_types",
        "approval_routes",
        "legal_holds",
        "disposals",
        "delegations",
        "audit_engagements",
        "witnesses",
        "units",
        "people",
    }
)


def is_compared(column: "Column[object]") -> bool:
    """Say whether a column is compared with what the events make of it."""
    table = column.table.name
    if table in FREE_TABLES or table in BY_THE_CHAIN:
        return False
    return f"{table}.{column.name}" not in FREE_COLUMNS and (column.name != "id" or table in NUMBERED)
