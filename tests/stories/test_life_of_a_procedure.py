"""The life of a procedure: written, sent back, reviewed, approved, in force; then revised, compared and superseded."""

from collections.abc import Callable

from playwright.sync_api import FilePayload

from tests.browser import until
from tests.factories.library import PASSWORD
from tests.stories.conftest import Person
from tests.web.documents.test_drafting import PIXEL

SitDown = Callable[[str], Person]


# Whether nothing of a heading stands behind the cursor, into whatever pieces its text is cut.
AT_THE_END = """heading => {
  const line = [...document.querySelectorAll(".ProseMirror h1")].find(each => each.textContent.includes(heading));
  const { anchorNode, anchorOffset } = getSelection();
  if (!line?.contains(anchorNode)) return false;
  const behind = document.createRange();
  behind.selectNodeContents(line);
  behind.setStart(anchorNode, anchorOffset);
  return behind.toString() === "";
}"""


def write_below(author: Person, heading: str, text: str) -> None:
    """Type a paragraph below a heading of the text in the editor."""
    line = author.page.locator(".ProseMirror h1", has_text=heading).first
    at_the_end = f"({AT_THE_END})({heading!r})"

    def click_there() -> None:
        line.click()
        author.page.keyboard.press("End")

    until(author.page, at_the_end, click_there)  # the editor has taken up where the click went
    author.page.keyboard.press("Enter")
    author.page.keyboard.type(text)


def make_a_table(author: Person, *cells: str) -> None:
    """Make a table of two columns below what was typed last, and fill it in."""
    author.page.keyboard.press("Enter")
    author.page.get_by_role("button", name="Table", exact=True).click()
    author.page.get_by_label("Rows", exact=True).fill(str(len(cells) // 2))
    author.page.get_by_label("Columns", exact=True).fill("2")
    author.page.keyboard.press("Enter")
    author.page.locator(".ProseMirror th").first.wait_for()
    until(author.page, "document.activeElement.matches('.ProseMirror')")
    for place, cell in enumerate(cells):
        author.page.keyboard.type(cell)
        if place + 1 < len(cells):
            author.page.keyboard.press("Tab")


def add_a_picture(author: Person, alternative: str) -> None:
    """Put a picture where the cursor is, with the words that stand for it."""
    author.page.get_by_role("button", name="Picture", exact=True).click()
    author.page.get_by_label("Picture file").set_input_files(
        [FilePayload(name="s.png", mimeType="image/png", buffer=PIXEL)]
    )
    author.page.get_by_label("What the picture shows").fill(alternative)
    author.page.get_by_role("button", name="OK").click()
    author.page.locator(f".ProseMirror img[alt='{alternative}']").wait_for()


def sign(signer: Person, button: str, address: str) -> None:
    """Sign in the dialog of the page: with the password each time, the login name too at the first of a session."""
    signer.open(address)
    signer.page.locator(".sign-bar").get_by_role("button", name=button).click()
    dialog = signer.page.locator("#signature.show")
    dialog.get_by_text("Your signature means:").wait_for()
    signer.look_around()
    declaration, login = dialog.get_by_role("checkbox"), dialog.get_by_label("Your login name")
    if declaration.count():
        declaration.check()
    if login.count():
        login.fill(signer.login)
    dialog.get_by_label("Your password").fill(PASSWORD)
    signer.press("Sign", within="#signature")


def test_life_of_a_procedure(sit_down: SitDown, settle: Callable[[], None]) -> None:
    alice, rob, ann, eve, audra = (sit_down(login) for login in ("alice", "rob", "ann", "eve", "audra"))

    # Alice creates a procedure from its template and writes it, with a table.
    alice.open("/drafts")
    alice.follow("New document")
    alice.follow("Procedure", exact=True)
    alice.fill("Number", "SOP-07")
    alice.fill("Title", "Calibration of weighing scales")
    alice.press("Create the draft")
    assert alice.page.url.endswith("/documents/SOP-07/revisions/1/write")
    write_below(alice, "Purpose", "Scales are compared with the reference weights of class E2 every year.")
    add_a_picture(alice, "The seal of the scales")
    make_a_table(alice, "Scale", "Tolerance", "Market hall", "five grams")
    alice.fill("What did you change?", "First text with the tolerances")
    alice.press("Save")
    alice.sees("Saved.")
    alice.follow("Preview")
    alice.sees("Tolerance", "five grams", "This is a draft")
    seal = alice.page.get_by_alt_text("The seal of the scales")
    assert seal.evaluate("picture => picture.naturalWidth") == 1
    settle()
    assert eve.status_of("/documents/SOP-07") == eve.status_of("/documents/SOP-99") == 404
    assert eve.status_of("/documents/SOP-07/revisions/1/review") == 404

    # She submits it; Rob remarks on a section and sends it back.
    alice.open("/documents/SOP-07/revisions/1/submit")
    alice.sees("Rob Reviewer", "Ann Approver")
    alice.fill("What does this revision change?", "First issue")
    alice.press("Submit")
    alice.sees("In review")
    rob.open("/tasks")
    rob.follow("Calibration of weighing scales")
    rob.page.locator(".section-remarks summary").first.click()
    rob.page.locator(".section-remarks textarea").first.fill("Say who compares the scales.")
    rob.page.locator(".section-remarks").first.get_by_role("button", name="Add the remark").click()
    rob.sees("Say who compares the scales.")
    rob.open("/documents/SOP-07/revisions/1/review")
    rob.follow("Request changes")
    rob.fill("What has to change?", "The person responsible is missing.")
    rob.press("Send it back")

    # Alice answers and submits again; Rob reviews, Ann approves, and it is in force.
    alice.open("/documents/SOP-07/revisions/1/write")
    alice.sees("The person responsible is missing.", "Say who compares the scales.")
    write_below(alice, "Purpose", "The metrologist compares them.")
    alice.fill("What did you change?", "The metrologist is responsible")
    alice.press("Save and submit")
    alice.press("Submit")
    sign(rob, "Sign the review", "/documents/SOP-07/revisions/1/review")
    rob.sees("In approval")
    sign(ann, "Approve and sign", "/documents/SOP-07/revisions/1/review")
    ann.sees("In force.", "Ann Approver")
    settle()
    eve.open("/search?q=reference+weights")
    eve.follow("Calibration of weighing scales")
    eve.sees("The metrologist compares them.", "five grams")

    # Alice revises it; Rob looks at what changes; the new revision supersedes the old one.
    alice.open("/documents/SOP-07")
    alice.follow("Open the next revision")
    alice.fill("Why is it revised?", "Finding 4 of the internal audit")
    alice.press("Open the revision")
    write_below(alice, "Purpose", "Results are kept in the calibration register.")
    alice.fill("What did you change?", "Records")
    alice.press("Save and submit")
    alice.fill("What does this revision change?", "Records of calibration are kept")
    alice.press("Submit")
    rob.open("/documents/SOP-07/revisions/2/review")
    rob.follow("Changes since revision 1")
    assert "Results are kept in the calibration register." in rob.page.locator("ins.diff-added").all_inner_texts()
    sign(rob, "Sign the review", "/documents/SOP-07/revisions/2/review")
    sign(ann, "Approve and sign", "/documents/SOP-07/revisions/2/review")
    settle()

    # Eve finds only the new one; Audra follows the history and compares.
    eve.open("/search?q=calibration+register")
    assert eve.page.locator(".hit-list > li").count() == 1
    eve.follow("Calibration of weighing scales")
    eve.sees("Revision 2", "Results are kept in the calibration register.")
    audra.open("/documents/SOP-07/history")
    audra.sees("First issue", "Records of calibration are kept", "Superseded", "The person responsible is missing.")
    audra.open("/documents/SOP-07/compare?older=1&newer=2")
    assert "Results are kept in the calibration register." in audra.page.locator("ins.diff-added").all_inner_texts()
    audra.open("/documents/SOP-07/origins")
    audra.sees("Results are kept in the calibration register.", "Written by Alice Author")
    audra.open("/documents/SOP-07/revisions/1")
    audra.sees("Superseded.")
    audra.open("/documents/SOP-07/revisions/2/saved")
    audra.sees("Records")


def test_two_people_write_at_the_same_time(sit_down: SitDown, settle: Callable[[], None], office) -> None:  # type: ignore[no-untyped-def]
    office.write("POL-010", "Travel policy")
    alice, carla = sit_down("alice"), sit_down("carla")
    for person in (alice, carla):
        person.open("/documents/POL-010/revisions/1/write")
    write_below(alice, "Purpose", "Trains come first.")
    alice.fill("What did you change?", "Trains")
    alice.press("Save")
    write_below(carla, "Purpose", "Bicycles come first.")
    carla.fill("What did you change?", "Bicycles")
    carla.press("Save")
    carla.sees("Two people wrote at the same time")
    assert carla.page.locator(".two-texts section").nth(0).inner_text().count("Trains come first.") == 1
    assert carla.page.locator(".two-texts section").nth(1).inner_text().count("Bicycles come first.") == 1
    carla.press("Use mine instead")
    assert "Bicycles come first." in carla.page.locator(".ProseMirror").inner_text()
    carla.open("/documents/POL-010/revisions/1/saved")
    carla.sees("kept apart", "Restored saved draft 3")
