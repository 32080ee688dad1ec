"""Debian's Chromium, driven by Playwright; one for each process of the tests, whoever asks for it."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; without one what needs it is skipped, which under CI is a failure."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium; install it with: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield launched
        launched.close()


def until(page: Page, expression: str) -> None:
    """Wait until an expression is true on a page; Playwright's own waiting wants what the pages' policy forbids."""
    for _ in range(500):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"It never became true on {page.url}: {expression}")
