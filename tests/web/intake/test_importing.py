"""Import in the browser: read, confirm, report; only a controller, and only their own."""

import io
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from docctl.actions.documents import recognising
from docctl.actions.intake import adoption_batches, import_batches
from docctl.document_control import DocumentControl
from docctl.followers.catching_up import catch_up
from tests.factories.files.hostile_word import paragraph, png, with_dtd, word_file
from tests.factories.held_up import SHAPELESS_PART, SIGN
from tests.factories.library import Office
from tests.web.conftest import SignedIn

HEADED = paragraph("Purpose", "Heading1") + paragraph("Everybody locks their screen.")
TITLE = '"><script>alert(1)</script>'


def _begun(browser, files: dict[str, bytes]) -> str:  # type: ignore[no-untyped-def]
    sent = [(io.BytesIO(data), name) for name, data in files.items()]
    answer = browser.post("/import", data={"files": sent}, content_type="multipart/form-data")
    assert answer.status_code == 303
    return str(answer.location)


def test_files_are_read_confirmed_and_reported(signed_in: SignedIn) -> None:
    browser = signed_in("carla")
    address = _begun(browser, {"POL-007 Screens.docx": word_file(HEADED), "bad.docx": with_dtd()})
    page = browser.get(address).text
    assert 'value="POL-007"' in page
    assert 'value="Screens"' in page
    assert "bad.docx" in page
    kind = re.search(r'<option value="(\d+)" selected', page)
    assert kind is not None
    form = {"wanted": "0", "number-0": "POL-008", "title-0": TITLE, "type-0": kind[1], "as": "draft"}
    done = browser.post(address, data=form)
    assert done.status_code == 303
    report = browser.get(done.location).text
    assert "POL-008" in report
    assert "<script>alert" not in report
    rows = browser.get(f"{address}/report.json").json["files"]
    assert [(row["status"], row["number"]) for row in rows] == [("imported", "POL-008"), ("refused", "")]
    assert "<script>alert" not in browser.get("/documents").text
    assert browser.post(address, data=form).status_code == 303
    assert len(browser.get(f"{address}/report.json").json["files"]) == 2


@pytest.mark.parametrize(
    ("address", "endings"), [("/import", import_batches.SENT_ENDINGS), ("/import/past", adoption_batches.SENT_ENDINGS)]
)
def test_every_file_that_can_be_read_can_be_chosen_and_up_to_the_limit(
    control: DocumentControl, signed_in: SignedIn, address: str, endings: tuple[str, ...]
) -> None:
    control.upload_limit_mb = 40
    page = signed_in("carla").get(address).text
    accepted = re.search(r'accept="([^"]*)"', page)
    assert accepted is not None
    assert set(accepted[1].split(",")) == set(endings)
    assert set(endings) >= {*recognising.WORD_ENDINGS, *recognising.MARKDOWN_ENDINGS, *recognising.PICTURE_ENDINGS}
    assert 'data-largest="41943040"' in page
    assert "40 MB each" in page


def test_adoption_asks_for_evidence_and_keeps_what_was_typed(signed_in: SignedIn) -> None:
    browser = signed_in("carla")
    address = _begun(browser, {"POL-007 Screens.md": b"# Screens\n\nText.\n"})
    form = {"wanted": "0", "number-0": "POL-009", "title-0": "Screens", "type-0": "2", "as": "in force"}
    refused = browser.post(address, data=form)
    assert refused.status_code == 422
    assert 'value="POL-009"' in refused.text
    done = browser.post(address, data=form | {"evidence": "minutes", "effective": "2026-01-31"})
    assert done.status_code == 303
    assert "Screens" in browser.get("/documents/POL-009").text


def test_the_report_of_what_was_adopted_names_what_its_files_say_differently(
    signed_in: SignedIn, office: Office
) -> None:  # fmt: skip
    browser = signed_in("carla")
    address = _begun(browser, {"POL-007 Signs.md": SHAPELESS_PART.encode()})
    form = {"wanted": "0", "number-0": "POL-007", "title-0": "Signs", "type-0": "2", "as": "in force"}
    assert browser.post(address, data=form | {"evidence": "minutes"}).status_code == 303
    assert "are still being made and compared with its page" in browser.get(f"{address}/report").text
    catch_up(office.control)
    report = browser.get(f"{address}/report").text
    assert "still being made" not in report
    assert "files held up" in report
    assert "under “Purpose”" in report
    assert 'href="/documents/POL-007">Let it stand or send it back' in report
    (row,) = browser.get(f"{address}/report.json").json["files"]
    assert "under “Purpose”" in row["held_up"]
    page = browser.get("/documents/POL-007/revisions/1/publication").text
    assert "Try again" in page
    assert SIGN in browser.get("/documents/POL-007/revisions/1/files").text


def test_files_come_one_by_one_and_pictures_join_the_text_that_shows_them(signed_in: SignedIn) -> None:
    browser = signed_in("carla")
    batch = browser.post("/import", headers={"Accept": "application/json"}).json
    for name, data in {"gate.png": png(), "a\u202eb<b>.md": b"# Gate\n\n![Gate](img/gate.png)\n"}.items():
        answer = browser.post(batch["files"], data={"file": (io.BytesIO(data), name)})
        assert answer.status_code == 200
    large = browser.post(batch["files"], data={"file": (io.BytesIO(b""), "large.docx"), "too_large": "yes"})
    assert "25 MB" in large.json["reason"]
    page = browser.get(batch["confirm"]).text
    assert "did not come along" not in page
    assert "ab&lt;b&gt;.md" in page or "a b&lt;b&gt;.md" in page
    assert "large.docx" in page


def test_nobody_else_imports_or_sees_an_import(signed_in: SignedIn) -> None:
    address = _begun(signed_in("carla"), {"POL-007 Screens.md": b"# Screens\n\nText.\n"})
    for login in ("alice", "eve", "admin", "audra"):
        browser = signed_in(login)
        assert browser.get("/import").status_code == 403
        assert browser.post("/import").status_code == 403
        assert browser.get(address).status_code == 403
    assert signed_in("carla").get("/import/" + "0" * 32).status_code == 404


def test_files_that_arrive_at_the_same_moment_each_have_a_place(
    control: DocumentControl, people: dict[str, int]
) -> None:
    key = import_batches.new_batch(control, people["carla"])

    def send(number: int) -> None:
        text = f"# Purpose\n\nText {number}.\n".encode()
        import_batches.stage(control, people["carla"], key, f"POL-{number:03} A policy.md", text)

    with ThreadPoolExecutor(4) as senders:
        list(senders.map(send, range(12)))
    found = import_batches.staged_files(control, people["carla"], key)
    assert sorted(file.number for file in found) == [f"POL-{number:03}" for number in range(12)]
