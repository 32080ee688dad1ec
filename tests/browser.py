"""Debian's Chromium, driven by Playwright; one for each process of the tests, whoever asks for it."""

import shutil
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PATIENCE_SECONDS, LOOKS_FOR_EACH_ATTEMPT = 60, 10
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; without one what needs it is skipped, which under CI is a failure."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium; install it with: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_SECONDS * 1000)
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield launched
        launched.close()


def until(page: Page, expression: str, attempt: Callable[[], object] = lambda: None) -> None:
    """Wait until an expression is true on a page, for which something may have to be attempted more than once.

    Playwright's own waiting wants what the pages' policy forbids.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        attempt()
        for _ in range(LOOKS_FOR_EACH_ATTEMPT):
            if page.evaluate(expression):
                return
            page.wait_for_timeout(20)
    raise AssertionError(f"It never became true on {page.url}: {expression}")
