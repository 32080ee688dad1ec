"""What tables keep: a text that one database would cut, and another refuse, is refused by both in a sentence."""

import pytest
from sqlalchemy import select

from docctl.actions import retaining
from docctl.domain.errors import InvalidInputError
from docctl.domain.retention import LegalHold
from docctl.domain.user import User
from tests.factories.library import Office


@pytest.mark.both_databases
@pytest.mark.parametrize("text", ["x" * 121, "a\0b", "a\ud800b"])
def test_what_a_column_cannot_keep_is_refused_and_nothing_is_recorded(office: Office, text: str) -> None:
    control, eve = office.control, office.people["eve"]

    def rename() -> None:
        with control.deciding(office.people["admin"]) as decision:
            decision.session.get_one(User, eve).name = text
            decision.session.flush()

    with pytest.raises(InvalidInputError):
        rename()
    assert office.person("eve").name == "Eve Employee"


@pytest.mark.both_databases
def test_a_long_entry_of_a_form_is_refused(office: Office) -> None:
    office.write()
    document = office.document_id("POL-001")
    with pytest.raises(InvalidInputError):
        retaining.place_hold(office.control, document, office.people["carla"], "Lawsuit", "9" * 5000)
    with office.control.reading() as session:
        assert not session.scalars(select(LegalHold)).all()
