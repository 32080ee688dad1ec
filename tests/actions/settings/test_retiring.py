"""Document types and approval routes under other names, and retired: what they are stays, whatever names them."""

from datetime import date

import pytest
from sqlalchemy import select

from docctl.actions.documents.drafting import propose_number
from docctl.actions.intake.importing import type_for
from docctl.actions.rights import auditing, laying_routes
from docctl.actions.settings import administering, retiring, setting_types
from docctl.actions.settings.setting_types import TypeSettings
from docctl.domain.approval.approval_route import ANY, APPROVE, MEANINGS, ApprovalRoute, RouteStep
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import InvalidInputError, NotPermittedError, WrongStateError
from docctl.domain.rights.permission import may_read
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.reading import read_event
from docctl.followers.catching_up import catch_up
from docctl.registers.documents.describing_choices import document_types
from docctl.registers.documents.master_list import MasterListFilters, master_list
from docctl.registers.integrity.verifying import verify
from docctl.registers.lookup import type_named
from docctl.registers.search import search
from tests.factories.library import Office


def _rename(office: Office, old: str, new: str) -> None:
    retiring.rename_type(office.control, office.people["carla"], office.type_id(old), new)


def _type(office: Office, name: str) -> DocumentType:
    with office.control.reading() as session:
        return type_named(session, name)


def _route_id(office: Office, name: str) -> int:
    with office.control.reading() as session:
        return session.scalars(select(ApprovalRoute.id).where(ApprovalRoute.name == name)).one()


def _add_type(office: Office, name: str, pattern: str = "NEW-##") -> None:
    settings = TypeSettings(name, pattern, "policy.docx", "Approval only")
    setting_types.set_type(office.control, office.people["carla"], settings, is_new=True)


def _may_read(office: Office, login: str, revision_id: int) -> bool:
    with office.control.reading() as session:
        return may_read(office.person(login), session.get_one(Revision, revision_id))


def _newest(office: Office, act: Act) -> Event:
    with office.control.reading() as session:
        return session.scalars(select(Event).where(Event.act == act).order_by(Event.seq.desc())).first()  # type: ignore[return-value]


def _is_sound(office: Office) -> bool:
    return all(found.severity == "repairable" for found in verify(office.control).findings)


def test_a_type_answers_to_the_name_it_had(office: Office) -> None:
    office.publish("POL-001")
    kept = office.type_id("policy")
    _rename(office, "policy", " Rule  Book ")
    assert (_type(office, "policy").id, _type(office, "rule book").id) == (kept, kept)
    event = _newest(office, Act.TYPE_RENAMED)
    assert event.subject == "document_type:rule book"
    assert (read_event(event).as_json()["type"], read_event(event).as_json()["old"]) == (kept, "policy")
    with office.control.reading() as session:
        assert type_for(session, "", "Policy").id == kept
        for name in ("policy", "rule book"):
            found = master_list(office.control, session, office.person("carla"), MasterListFilters(document_type=name))
            assert [(row.number, row.document_type) for row in found.rows] == [("POL-001", "rule book")]
    assert _is_sound(office)


def test_documents_are_written_and_submitted_under_the_new_name(office: Office) -> None:
    office.publish("POL-001")
    retiring.rename_route(office.control, office.people["carla"], _route_id(office, "Review and approval"), "Two eyes")
    office.write("POL-002")
    _rename(office, "policy", "rule")
    revision_id = office.write("POL-003", type_name="rule")
    office.carry_through(revision_id)
    office.carry_through(office.revision(revision_id - 1).id)
    retiring.rename_route(office.control, office.people["carla"], _route_id(office, "Two eyes"), "Four eyes")
    office.publish("POL-004", type_name="rule")
    assert _is_sound(office)


def test_an_engagement_holds_for_the_type_under_every_name(office: Office) -> None:
    made = office.publish("POL-001")
    with office.control.reading() as session:
        today = office.control.today(session)
    dana = administering.add_user(office.control, office.people["admin"], login="dana", name="Dana", roles=["auditor"])
    auditing.engage(
        office.control, office.people["admin"], dana, purpose="", scope=["type:policy"], begins_on=today,
        ends_on=date(2099, 1, 1),
    )  # fmt: skip
    office.people["dana"] = dana
    _rename(office, "policy", "rule")
    catch_up(office.control, issuing=False)
    assert _may_read(office, "dana", made)
    assert [hit.number for hit in search.find(office.control, office.person("dana"), "document").hits] == ["POL-001"]
    with office.control.reading() as session:
        found = master_list(office.control, session, office.person("dana"), MasterListFilters())
    assert [row.number for row in found.rows] == ["POL-001"]
    _add_type(office, "policy")
    assert not _may_read(office, "dana", made)


def test_search_finds_by_every_name_and_shows_the_present_one(office: Office) -> None:
    office.publish("POL-001")
    catch_up(office.control, issuing=False)
    _rename(office, "policy", "rule")
    catch_up(office.control, issuing=False)
    carla = office.person("carla")
    for query in ("type:policy document", "type:rule document"):
        found = search.find(office.control, carla, query)
        assert [hit.document_type for hit in found.hits] == ["rule"], query
    assert dict(found.facets)["type"] == (("rule", 1),)
    _add_type(office, "policy")
    catch_up(office.control, issuing=False)
    assert search.find(office.control, carla, "type:policy document").hits == ()


def test_a_name_that_another_type_takes_is_its_own(office: Office) -> None:
    kept = office.type_id("policy")
    _rename(office, "policy", "rule")
    _add_type(office, "policy")
    other = office.type_id("policy")
    assert (_type(office, "policy").id, _type(office, "rule").answers_to) == (other, ["rule"])
    retiring.retire_type(office.control, office.people["carla"], other)
    assert _type(office, "rule").answers_to == ["rule", "policy"]
    retiring.reinstate_type(office.control, office.people["carla"], other)
    _rename(office, "policy", "guide")
    assert _type(office, "policy").id == kept
    assert _is_sound(office)


def test_a_template_and_a_form_stay_what_they_are_under_another_name(office: Office) -> None:
    _rename(office, "form", "sheet")
    assert _type(office, "sheet").is_form
    assert not _type(office, "policy").is_form


def test_no_two_types_and_no_two_routes_have_one_name(office: Office) -> None:
    with pytest.raises(WrongStateError, match="There is a document type “manual” already"):
        _rename(office, "policy", "Manual")
    with pytest.raises(WrongStateError, match="There is a document type “manual” already"):
        _add_type(office, "manual")
    with pytest.raises(WrongStateError, match="There is an approval route “Approval only” already"):
        retiring.rename_route(
            office.control, office.people["carla"], _route_id(office, "Review and approval"), "Approval only"
        )
    for name in ("", " ", "\u200b"):
        with pytest.raises(InvalidInputError):
            _rename(office, "policy", name)


def test_a_retired_type_is_not_offered_and_its_documents_can_be_revised(office: Office) -> None:
    made = office.publish("POL-001")
    retiring.retire_type(office.control, office.people["carla"], office.type_id("policy"))
    with office.control.reading() as session:
        assert "policy" not in [kind.name for kind in document_types(session)]
        assert type_for(session, "POL-009").name != "policy"
    with pytest.raises(WrongStateError, match="“policy” is retired, so no new document is of it"):
        office.write("POL-002")
    assert _may_read(office, "eve", made)
    office.revise("POL-001", "# Purpose\n\nAnother text.\n")
    retiring.reinstate_type(office.control, office.people["carla"], office.type_id("policy"))
    office.write("POL-002")
    assert _is_sound(office)


def test_the_default_type_is_not_retired(office: Office) -> None:
    with pytest.raises(WrongStateError, match="no type claims are of the type “procedure”"):
        retiring.retire_type(office.control, office.people["carla"], office.type_id("procedure"))


def test_a_route_is_retired_once_its_types_have_another(office: Office) -> None:
    carla = office.people["carla"]
    steps = [RouteStep(APPROVE, MEANINGS[APPROVE], ANY, roles=("approver",))]
    laying_routes.set_route(office.control, carla, "Board", steps)
    board = _route_id(office, "Board")
    settings = TypeSettings("notice", "NOT-##", "policy.docx", "Board")
    setting_types.set_type(office.control, carla, settings)
    with pytest.raises(WrongStateError, match="is used for notice, so it was not retired; choose another route"):
        retiring.retire_route(office.control, carla, board)
    setting_types.set_type(office.control, carla, TypeSettings("notice", "NOT-##", "policy.docx", "Approval only"))
    retiring.retire_route(office.control, carla, board)
    with pytest.raises(WrongStateError, match="The route “Board” is retired; choose another"):
        setting_types.set_type(office.control, carla, settings)
    retiring.reinstate_route(office.control, carla, board)
    setting_types.set_type(office.control, carla, settings)
    assert _is_sound(office)


def test_only_controllers_rename_and_retire(office: Office) -> None:
    for login in ("admin", "alice"):
        with pytest.raises(NotPermittedError):
            retiring.rename_type(office.control, office.people[login], office.type_id("policy"), "x")
        with pytest.raises(NotPermittedError):
            retiring.retire_route(office.control, office.people[login], 1)


def test_a_group_of_numbers_is_a_type_of_its_own_beside_the_wider_one(office: Office) -> None:
    _add_type(office, "safety procedure", "SOP-02-##")
    with office.control.reading() as session:
        for number, name in (("SOP-02-05", "safety procedure"), ("SOP-03", "procedure"), ("SOP-21-01", "procedure")):
            assert type_for(session, number).name == name
    office.write("SOP-02-04", type_name="safety procedure")
    office.write("SOP-07", type_name="procedure")
    with office.control.reading() as session:
        for name, proposed in (("safety procedure", "SOP-02-05"), ("procedure", "SOP-08")):
            assert propose_number(session, type_named(session, name)) == proposed
