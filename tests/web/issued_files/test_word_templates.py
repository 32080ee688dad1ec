"""The page of Word templates: upload, faults by name, samples, and putting one to use."""

import io
from collections.abc import Callable

from flask.testing import FlaskClient

from docctl.document_control import DocumentControl
from docctl.domain.documents.document_type import DocumentType
from docctl.followers.catching_up import catch_up
from tests.actions.issued_files.test_templating import BLOCKS, MARKS, changed, footers, put_in_force, typed
from tests.factories.library import Office

SignedIn = Callable[[str], FlaskClient]
PAGE = "/administration/templates"


def _sent(data: bytes, **fields: str) -> dict[str, object]:
    return {"file": (io.BytesIO(data), "House style.docx"), **fields}


def test_an_uploaded_template_goes_on_to_its_submission(signed_in: SignedIn) -> None:
    carla = signed_in("carla")
    answer = carla.post(PAGE, data=_sent(typed(*MARKS[1:], *BLOCKS)))
    assert answer.status_code == 303
    assert answer.location.endswith("/documents/TPL-001/revisions/1/submit")
    shown = carla.get(PAGE).get_data(as_text=True)
    assert "House style" in shown
    assert carla.get(answer.location).status_code == 200


def test_every_fault_of_an_uploaded_template_is_named(signed_in: SignedIn) -> None:
    answer = signed_in("carla").post(PAGE, data=_sent(typed(*MARKS[1:], "cycler")))
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert all(f"<li>The control docctl:{block.replace(' ', '_')} is missing.</li>" in shown for block in BLOCKS)
    assert "<li>The mark {{cycler}} is not known.</li>" in shown


def test_a_sample_shows_the_template_with_made_up_values(signed_in: SignedIn, office: Office) -> None:
    put_in_force(office, changed("red"))
    carla = signed_in("carla")
    for name, revision in (("TPL-001", 1), ("policy.docx", 0)):
        answer = carla.get(f"{PAGE}/{name}/{revision}/sample.docx")
        assert answer.status_code == 200
        assert ("Printed in red" in footers(answer.data)) == (revision == 1)
    assert carla.get(f"{PAGE}/TPL-002/1/sample.docx").status_code == 404
    assert carla.get(f"{PAGE}/..%2Fsecret_key/0/sample.docx").status_code == 404


def test_a_template_in_force_is_put_to_use_for_a_type(
    signed_in: SignedIn, office: Office, control: DocumentControl
) -> None:
    put_in_force(office, changed("red"))
    carla = signed_in("carla")
    assert carla.post(f"{PAGE}/use", data={"type": "policy", "template": "TPL-001"}).status_code == 303
    assert carla.post(f"{PAGE}/use", data={"type": "policy", "template": "TPL-009"}).status_code == 422
    with control.reading() as session:
        assert session.query(DocumentType).filter_by(name="policy").one().template == "TPL-001"
    assert "TPL-001 · House style" in carla.get("/administration/types/policy").get_data(as_text=True)


def test_what_stands_on_an_older_template_is_issued_again_from_the_page(
    signed_in: SignedIn, office: Office, control: DocumentControl
) -> None:
    for number in ("POL-001", "POL-002"):
        office.publish(number, f"Policy {number}")
    catch_up(control)
    put_in_force(office, changed("red"))
    carla = signed_in("carla")
    carla.post(f"{PAGE}/use", data={"type": "policy", "template": "TPL-001"})
    assert "2 documents in force were issued" in carla.get(PAGE).get_data(as_text=True)
    assert carla.get("/documents?template=older").get_data(as_text=True).count("Older template") == 2
    answer = carla.post(f"{PAGE}/reissue")
    assert answer.location.endswith(f"{PAGE}?goes_on=yes")
    assert "2 documents were issued again." in carla.get(answer.location).get_data(as_text=True)
    assert "Older template" not in carla.get("/documents?template=older").get_data(as_text=True)
