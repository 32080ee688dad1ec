"""What the employee's portal shows."""

from docctl.registers.documents.portal import recently_in_force
from tests.factories.library import Office


def test_newest_comes_first_and_nothing_that_one_may_not_read(office: Office) -> None:
    office.publish("POL-001", "Quality")
    office.publish("POL-002", "Environment")
    office.publish("POL-003", "Salaries", departments=("Management",))
    office.write("POL-004", "Draft")
    office.revise("POL-001", "# New\n\nText.\n", "New text")
    with office.control.reading() as session:
        seen = recently_in_force(office.control, session, office.person("eve"))
        one = recently_in_force(office.control, session, office.person("ann"), 1)
    assert [(entry.number, entry.revision, entry.is_new_document) for entry in seen] == [
        ("POL-001", 2, False),
        ("POL-002", 1, True),
    ]
    assert seen[0].change_summary == "New text"
    assert len(one) == 1
