"""Which acts stop when something was found changed: the whole table, without a library."""

import pytest

from docctl.domain.mapping import Record
from docctl.domain.operations.stops import EVERYTHING, MOST_THINGS, OF_TABLES, Stop, Stopped, of_document, of_row
from docctl.registers.integrity.columns import BY_THE_CHAIN, FREE_TABLES


def test_every_table_that_is_compared_has_its_row() -> None:
    compared = Record.metadata.tables.keys() - FREE_TABLES.keys() - BY_THE_CHAIN.keys()
    assert compared == OF_TABLES.keys()


@pytest.mark.parametrize(
    ("table", "about", "stops"),
    [
        ("users", "carla", "account carla"),
        ("declarations", "carla", "account carla"),
        ("document_types", "document type work instruction", "document type work instruction"),
        ("approval_routes", "approval route Approval only", "approval route Approval only"),
        ("documents", "POL-007", "document POL-007"),
        ("revisions", "POL-007 revision 2", "document POL-007"),
        ("saved_drafts", "POL-007 revision 2, draft 3", "document POL-007"),
        ("signatures", "POL-007 revision 2", "document POL-007"),
        ("legal_holds", "legal hold 3", "disposal"),
        ("retention_rules", "document type policy", "disposal"),
        ("delegations", "delegation 1", "whatever relies on it"),
        ("organisation", "organisation", EVERYTHING),
        ("a table of tomorrow", "row 1", EVERYTHING),
    ],
)
def test_what_a_changed_row_stops(table: str, about: str, stops: str) -> None:
    assert of_row(table, about) == stops


def test_what_stopped_and_what_goes_on() -> None:
    stopped = Stopped.of([of_document("POL-007 revision 2"), "account carla"], "A row was changed.")
    assert stopped.includes(Stop.DOCUMENT, "pol-007")
    assert stopped.includes(Stop.ACCOUNT, "carla")
    assert not stopped.includes(Stop.DOCUMENT, "POL-070")
    assert not stopped.includes(Stop.TYPE, "policy")
    assert not stopped.is_everything
    assert stopped.in_words == "account carla, document POL-007"


def test_everything_outweighs_all_else() -> None:
    some, chain = Stopped.of(["account carla"], "A row."), Stopped.of([EVERYTHING], "The chain.")
    assert some.and_(chain) == chain.and_(some) == chain
    assert chain.includes(Stop.TYPE, "policy")
    both = some.and_(Stopped.of(["document POL-007"], "Another."))
    assert (both.reason, both.things) == ("A row.", {"account carla", "document POL-007"})
    assert Stopped.of([f"document {number}" for number in range(MOST_THINGS + 1)], "Many.").is_everything
