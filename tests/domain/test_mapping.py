"""What tables keep: a text that one database would cut, and another refuse, is refused by both in a sentence."""

import pytest

from docctl.domain.errors import InvalidInputError
from docctl.domain.people.user import User
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
