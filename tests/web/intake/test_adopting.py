"""Adopting a past in the browser: files and a register are sent, looked through, and adopted step by step."""

import io
import threading
import zipfile
from pathlib import Path

from flask import Flask
from openpyxl import Workbook
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from docctl.followers.catching_up import catch_up
from tests.factories.files.hostile_word import paragraph, word_file
from tests.factories.held_up import SHAPELESS_PART
from tests.factories.library import PASSWORD, Office
from tests.web.conftest import SignedIn

ROWS = [
    ("Number", "Title", "Rev", "Effective date", "Approved by", "File"),
    ("POL-007", "Weights", "A", "2019-01-02", "Old Chief", "old/weights.docx"),
    ("POL-007", "Weights", "B", "04/03/2021", "<b>New Chief</b>", "weights.md"),
    ("POL-008", "Scales", "1", "2020-01-02", "", "missing.docx"),
]


def _register() -> bytes:
    book = Workbook()
    for row in ROWS:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _packed(**more: bytes) -> bytes:
    files = {
        "past/old/weights.docx": word_file(paragraph("We weigh by hand.")),
        "past/weights.md": b"# Weights\n\nX.\n",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, data in {**files, **more}.items():
            package.writestr(name, data)
        link = zipfile.ZipInfo("past/link.md")
        link.external_attr = 0o120777 << 16
        package.writestr(link, "/etc/passwd")
    return out.getvalue()


def _sent(browser, files: dict[str, bytes]) -> str:  # type: ignore[no-untyped-def]
    sent = [(io.BytesIO(data), name) for name, data in files.items()]
    answer = browser.post("/import/past", data={"files": sent}, content_type="multipart/form-data")
    assert answer.status_code == 303
    return str(answer.location)


def test_a_past_is_sent_looked_through_and_adopted(signed_in: SignedIn) -> None:
    browser = signed_in("carla")
    address = _sent(browser, {"register.xlsx": _register(), "files.zip": _packed(**{"../../climbs.md": b"# X\n"})})
    assert "Go on reading" in browser.get(address).text
    assert browser.post(f"{address}/adopt", data={"evidence": "binder 12"}).status_code == 409
    assert browser.post(f"{address}/look").status_code == 303
    page = browser.get(address).text
    assert "2021-03-04 or 2021-04-03" in page
    assert "no file missing.docx" in page
    assert "climbs.md" in page
    assert "link.md" in page
    assert "Adopt 1 document" not in page
    assert browser.post(f"{address}/look", data={"order": "dmy"}).status_code == 303
    page = browser.get(address).text
    assert "Adopt 1 document" in page
    assert "<b>New Chief" not in page
    assert browser.post(f"{address}/adopt").status_code == 422
    answer = browser.post(f"{address}/adopt", data={"evidence": "binder 12"}, headers={"Accept": "application/json"})
    assert answer.json == {"done": 2, "of": 2}
    assert "1 of 2 documents are adopted" in browser.get(address).text
    history = browser.get("/documents/POL-007/history").text
    assert "Old Chief" in history
    assert "<b>New Chief" not in history
    assert "binder 12" in history
    assert "by hand" in browser.get("/documents/POL-007/revisions/1").text
    report = browser.get(f"{address}/report.json").json
    assert [row["status"] for row in report["documents"]] == ["adopted", "refused"]
    again = _sent(browser, {"register.xlsx": _register(), "files.zip": _packed()})
    browser.post(f"{again}/look", data={"order": "dmy"})
    assert "adopted before" in browser.get(again).text


def test_what_became_of_a_past_names_what_its_files_say_differently(signed_in: SignedIn, office: Office) -> None:
    browser = signed_in("carla")
    address = _sent(browser, {"POL-007 Signs v2_2021-05-03.md": SHAPELESS_PART.encode()})
    browser.post(f"{address}/look")
    assert browser.post(f"{address}/adopt", data={"evidence": "binder 12"}).status_code == 303
    assert "are still being made and compared with its page" in browser.get(address).text
    catch_up(office.control)
    page = browser.get(address).text
    assert "files held up" in page
    assert "under “Purpose”" in page
    (row,) = browser.get(f"{address}/report.json").json["documents"]
    assert "under “Purpose”" in row["held_up"]


def test_files_come_one_by_one_and_what_cannot_be_kept_is_said(signed_in: SignedIn) -> None:
    browser = signed_in("carla")
    batch = browser.post("/import/past", headers={"Accept": "application/json"}).json
    for name, data in {"POL-007 Aims v1.md": b"# Aims\n\nOne.\n", "broken.zip": b"PK no zip"}.items():
        answer = browser.post(batch["files"], data={"file": (io.BytesIO(data), name)})
        assert answer.status_code == 200
    large = browser.post(batch["files"], data={"file": (io.BytesIO(b""), "large.docx"), "too_large": "yes"})
    assert "25 MB" in large.json["reason"]
    page = browser.get(batch["confirm"]).text
    assert "zip file is damaged" in page
    assert "large.docx" in page
    refused = browser.post(batch["files"])
    assert refused.status_code == 422
    bad = _sent(browser, {"register.csv": b"a,b\n1,2\n"})
    assert "no column headed" in browser.get(bad).text
    assert "No document arrived" in browser.get(_sent(browser, {})).text


def test_nobody_else_adopts_or_sees_an_adoption(signed_in: SignedIn) -> None:
    address = _sent(signed_in("carla"), {"POL-007 Aims.md": b"# Aims\n\nText.\n"})
    for login in ("alice", "eve", "admin", "audra"):
        browser = signed_in(login)
        assert browser.get("/import/past").status_code == 403
        assert browser.get(address).status_code == 403
        assert browser.post(f"{address}/adopt").status_code == 403
    assert signed_in("carla").get("/import/past/" + "0" * 32).status_code == 404


def test_in_a_browser_it_goes_on_by_itself_until_all_is_adopted(app: Flask, browser: Browser, tmp_path: Path) -> None:
    files = [tmp_path / f"POL-00{number} Aims v{number}.md" for number in range(1, 5)]
    for file in files:
        file.write_text("# Aims\n\nOne aim.\n")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = browser.new_page(base_url=f"http://127.0.0.1:{server.port}")
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda said: broken.append(said.text) if "Security Policy" in said.text else None)
    page.goto("/sign-in")
    page.get_by_label("Login").fill("carla")
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()
    page.goto("/import/past")
    page.get_by_label("Files").set_input_files(files)
    page.get_by_role("button", name="Send the files").click()
    expect(page.get_by_text("4 of 4 documents can be adopted")).to_be_visible()
    page.get_by_label("On what evidence").fill("binder 12")
    page.get_by_role("button", name="Adopt 4 documents").click()
    expect(page.get_by_text("4 of 4 documents are adopted")).to_be_visible()
    page.close()
    server.shutdown()
    assert broken == []
