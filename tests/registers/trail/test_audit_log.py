"""The audit log: filters, stretches, and who may read it."""

from datetime import timedelta

import pytest

from docctl.domain.errors import NotPermittedError
from docctl.registers.trail.audit_log import AuditFilters, as_table, audit_log, choices, every_event
from tests.factories.library import Clock, Office


@pytest.mark.parametrize("login", ["eve", "alice", "rob", "ann"])
def test_audit_log_is_closed_to_readers_and_authors(office: Office, login: str) -> None:
    with office.control.reading() as session, pytest.raises(NotPermittedError):
        audit_log(office.control, session, office.person(login))


def test_stretches_join_to_the_whole_log_newest_first(office: Office) -> None:
    office.publish()
    seen: list[int] = []
    before = None
    with office.control.reading() as session:
        while True:
            page = audit_log(office.control, session, office.person("audra"), before=before, limit=7)
            seen += [row.seq for row in page.rows]
            before = page.next_before
            if before is None:
                break
        oldest_first = [row.seq for row in every_event(office.control, session, office.person("audra"))]
    assert seen == sorted(seen, reverse=True)
    assert seen[0] == page.head_seq
    assert oldest_first == list(range(1, page.head_seq + 1))


@pytest.mark.parametrize(
    ("filters", "acts"),
    [
        (AuditFilters(actor="ann"), {"revision:approved", "revision:came_into_force", "user:declaration_accepted"}),
        (AuditFilters(act="revision:approved"), {"revision:approved"}),
        (AuditFilters(act="document:"), {"document:created"}),
        (AuditFilters(subject="pol-001", act="document:"), {"document:created"}),
        (
            AuditFilters(subject="user:eve"),
            {"user:added", "user:declaration_accepted", "user:one_time_link_issued", "user:password_chosen"},
        ),
        (AuditFilters(text="found it fit"), {"revision:reviewed", "revision:submitted", "approval_route:added"}),
        (AuditFilters(subject="POL-999"), set()),
    ],
)
def test_filters_narrow_the_log(office: Office, filters: AuditFilters, acts: set[str]) -> None:
    office.publish()
    with office.control.reading() as session:
        page = audit_log(office.control, session, office.person("audra"), filters)
    assert {row.act for row in page.rows} == acts


def test_days_are_those_of_the_organisation(office: Office, clock: Clock) -> None:
    clock.instant = clock.instant.replace(day=10, hour=23, minute=30)
    office.write()
    late = clock.instant.date()
    with office.control.reading() as session:

        def count(filters: AuditFilters) -> int:
            return len(audit_log(office.control, session, office.person("carla"), filters).rows)

        assert count(AuditFilters(since=late, until=late)) == 0
        assert count(AuditFilters(since=late + timedelta(days=1))) == 3


def test_table_to_take_away_names_document_and_revision(office: Office) -> None:
    office.write()
    with office.control.reading() as session:
        headings, cells = as_table(
            every_event(office.control, session, office.person("audra"), AuditFilters(act="revision:saved"))
        )
        offered = choices(office.control, session, office.person("audra"))
    assert dict(zip(headings, cells[0], strict=True))["Document"] == "POL-001"
    assert cells[0][6] == 1
    assert "Alice Author" in offered.actors
