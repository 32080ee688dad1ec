"""A library being served, its followers at work, and a real browser for each person of a story."""

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from docctl.app import create_app
from docctl.document_control import DocumentControl
from docctl.followers.catching_up import catch_up
from tests.browser import PATIENCE_SECONDS
from tests.factories.library import PASSWORD

AXE = Axe()


@dataclass
class Person:
    """Somebody at a browser; every page they come to is looked at for barriers and broken rules."""

    login: str
    page: Page
    faults: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def open(self, address: str) -> None:
        """Go to an address."""
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status < 400, f"{self.login} got {answer.status} at {address}"
        self.look_around()

    def status_of(self, address: str) -> int:
        """Ask for an address that may be refused."""
        return self.page.request.get(address).status

    def follow(self, link: str, *, exact: bool = False) -> None:
        """Follow a link of the page."""
        self._leave(lambda: self.page.get_by_role("link", name=link, exact=exact).first.click())

    def press(self, button: str, *, within: str = "main") -> None:
        """Press a button that leads to another page, and say yes where the page asks."""

        def press() -> None:
            self.page.locator(within).get_by_role("button", name=button, exact=True).first.click()
            sure = self.page.locator("#confirm[open]")
            if sure.count():
                sure.get_by_role("button", name="Yes, go ahead").click()

        self._leave(press)

    def fill(self, label: str, text: str) -> None:
        """Fill in a field of the page."""
        self.page.get_by_label(label).locator("visible=true").first.fill(text)

    def sees(self, *texts: str) -> None:
        """Find texts on the page."""
        for text in texts:
            self.page.get_by_text(text).locator("visible=true").first.wait_for()

    def does_not_see(self, *texts: str) -> None:
        """Find that the page has none of these texts."""
        for text in texts:
            assert self.page.get_by_text(text).locator("visible=true").count() == 0, f"{self.login} sees “{text}”"

    def look_around(self) -> None:
        """Look at the page for barriers to people, and for words that are not theirs."""
        body = self.page.locator("body").inner_text()
        assert "Markdown" not in body, f"{self.page.url} speaks of Markdown"
        for barrier in AXE.run(self.page, options={"resultTypes": ["violations"]})["violations"]:
            if barrier["impact"] in ("serious", "critical"):
                places = [node["target"] for node in barrier["nodes"]][:3]
                self.faults.append(f"{self.page.url}: {barrier['id']} at {places}")
        self.seen.add(self.page.url)

    def _leave(self, act: Callable[[], None]) -> None:
        with self.page.expect_navigation():
            act()
        self.page.wait_for_load_state()
        self.look_around()


@pytest.fixture
def settle(control: DocumentControl) -> Iterator[Callable[[], None]]:
    """Followers that work after each decision; calling this waits until they have caught up."""
    work: queue.Queue[bool] = queue.Queue()
    failures: list[BaseException] = []

    def follow() -> None:
        while work.get():
            try:
                catch_up(control)
            except BaseException as failure:  # kept for the test, which fails with it
                failures.append(failure)
            work.task_done()

    def wait() -> None:
        work.join()
        if failures:
            raise failures[0]

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    control.after_commit.append(lambda: None if threading.current_thread() is thread else work.put(True))
    yield wait
    work.put(False)
    thread.join()


@pytest.fixture
def address(control: DocumentControl, settle: Callable[[], None]) -> Iterator[str]:
    """Where the library is served."""
    app = create_app(control, {"SECURE_COOKIES": False})
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def sit_down(browser: Browser, address: str) -> Iterator[Callable[[str], Person]]:
    """Let a person sit down at a browser of their own and sign in."""
    people: list[Person] = []

    def sit_down(login: str) -> Person:
        page = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900}).new_page()
        page.set_default_timeout(PATIENCE_SECONDS * 1000)
        person = Person(login, page)
        page.on("console", lambda said: person.faults.append(said.text) if "Security Policy" in said.text else None)
        page.on("pageerror", lambda error: person.faults.append(str(error)))
        people.append(person)
        person.open("/sign-in")
        person.fill("Login name", login)
        person.fill("Password", PASSWORD)
        person.press("Sign in")
        return person

    yield sit_down
    for person in people:
        person.page.context.close()
    assert [fault for person in people for fault in person.faults] == []
