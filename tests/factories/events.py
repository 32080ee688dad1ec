"""Events as they were recorded, without a library."""

from datetime import UTC, datetime
from typing import Any

from docctl.domain.trail.events.recorded import Details, Recorded


def recorded(details: Details, **said: Any) -> Recorded[Details]:
    """Return an event with some details."""
    common = {
        "seq": 7, "time": datetime(2026, 1, 2, tzinfo=UTC), "actor": 1, "actor_login": "eve", "actor_name": "Eve",
        "actor_roles": [], "subject": "", "document": "POL-001", "revision": 2, "reason": "", "request_id": None,
    }  # fmt: skip
    return Recorded(**common | said, action=details.act, details=details)
