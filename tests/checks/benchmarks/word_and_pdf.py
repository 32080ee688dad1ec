"""What Word files cost: importing, issuing, comparing and reading them, and the server's memory while 500 come in.

``python -m tests.checks.benchmarks.word_and_pdf [--files N]``
"""

import argparse
import http.client
import io
import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docx

from docctl import tools
from docctl.actions.intake import importing
from docctl.actions.intake.importing import Adoption
from docctl.app import create_app
from docctl.document_control import DocumentControl
from docctl.domain.intake.import_verdict import IMPORTED
from docctl.followers.catching_up import catch_up
from docctl.registers.documents.comparison import compare
from tests.checks.benchmarks.many_uploads import KIND, Browser, form_of
from tests.factories.library import PASSWORD, Office, found_library, people_of

HOME = Path(__file__).resolve().parents[3]
WORDS_A_PAGE, PARAGRAPH = 450, "Paragraph {} says what is done by whom, and how it is shown that it was done. "
AT_ONCE, ROUNDS, TOO_MANY = 2, 5, 429


def word_file(pages: int, changed: int = 0) -> bytes:
    """A Word file of so many pages with headings, lists and tables; of the changed ones every so manieth paragraph."""
    document, made = docx.Document(), io.BytesIO()
    for number in range(pages * WORDS_A_PAGE // 75):
        if number % 12 == 0:
            document.add_heading(f"Section {number // 12 + 1}", 1)
        if number % 40 == 20:
            table = document.add_table(rows=4, cols=3)
            for place, cell in enumerate(cell for row in table.rows for cell in row.cells):
                cell.text = f"Entry {number}.{place}"
        style = "List Bullet" if number % 6 == 5 else None
        text = PARAGRAPH.format(number) * 5
        document.add_paragraph(
            text.replace("what", "always what") if changed and number % changed == 0 else text, style
        )
    document.save(made)
    return made.getvalue()


def measure(what: str, act: Callable[[], object], mark: int) -> None:
    """Print how long something takes the first time, and at its quickest of some more."""
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        took.append((time.perf_counter() - began) * 1000)
    print(f"  {what:32} {took[0]:6.0f} ms the first time, {min(took):.0f} ms then (to reach: {mark})", flush=True)


def import_and_issue(folder: Path, files: int) -> None:
    """Print how many files of four pages are imported a second, and how many documents issued as Word and PDF."""
    control = found_library(folder / "import")
    word = word_file(4)
    paths = [folder / f"IMP-{number:04} A procedure.docx" for number in range(files)]
    for path in paths:
        path.write_bytes(word)
    began, spent = time.perf_counter(), _cpu()
    adopted = Adoption(evidence="a benchmark")
    verdicts = list(
        importing.import_files(control, people_of(control)["carla"], paths, adoption=adopted, workers=AT_ONCE)
    )
    assert not [verdict.reason for verdict in verdicts if verdict.status != IMPORTED]
    _rate("imported", files, began, spent, 8)
    began, spent = time.perf_counter(), _cpu()
    catch_up(control)
    _rate("issued as Word and PDF", files, began, spent, 5)
    control.engine.dispose()


def _rate(what: str, count: int, began: float, spent: float, mark: int) -> None:
    seconds, cpu = time.perf_counter() - began, _cpu() - spent
    print(
        f"  {what:32} {count / seconds:6.1f} a second (to reach: {mark}), {cpu / count:.2f} s of CPU each", flush=True
    )


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def compare_and_read(folder: Path) -> None:
    """Print how long it takes to compare two revisions of 30 pages, and to read a document of 100."""
    control = found_library(folder / "reading")
    office = Office(control, people_of(control))
    for number, pages in (("POL-030", 30), ("POL-100", 100)):
        (path := folder / f"{number} Long.docx").write_bytes(word_file(pages))
        list(importing.import_files(control, office.people["carla"], [path], adoption=Adoption(evidence="a benchmark")))
    revised = office.open_revision("POL-030")
    text = tools.conversion.word_to_markdown(word_file(30, changed=10))
    office.save(revised, text.markdown)
    catch_up(control, issuing=False)
    with control.reading() as session:
        carla = office.person("carla")
        measure("comparing two of 30 pages", lambda: compare(control, session, carla, "POL-030", 1, 2), 300)
    browser = create_app(control, {"TESTING": True, "WTF_CSRF_ENABLED": False}).test_client()
    browser.post("/sign-in", data={"login": "eve", "password": PASSWORD})
    _read(browser.get("/documents/POL-030"))  # the templates of the page are read once, whatever document comes first
    measure("reading page of 100 pages", lambda: _read(browser.get("/documents/POL-100")), 100)
    control.engine.dispose()


def _read(answer: object) -> None:
    assert answer.status_code == 200, answer  # type: ignore[attr-defined]


def memory_of_server(folder: Path, files: int) -> None:
    """Print how much memory the processes that serve take at most while somebody sends so many files."""
    control: DocumentControl = found_library(folder / "served")
    control.engine.dispose()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "docctl", "--data", str(folder / "served"), "serve", "--port", str(port)]
    environment = os.environ | {"DOCCTL_DISK_FLOOR_MB": "1", "DOCCTL_DISK_FLOOR_PERCENT": "0"}
    server = subprocess.Popen(command, cwd=HOME, env=environment, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        carla = Browser(port, "carla")
        empty = form_of(carla.token, b"").partition(b'Content-Disposition: form-data; name="file"')[0]
        begun = carla.ask("POST", "/import", empty.removesuffix(b"\r\n") + b"--\r\n", KIND)[1]
        place = re.search(r'"files":\s*"([^"]+)"', begun)[1]  # type: ignore[index]
        body = form_of(carla.token, word_file(4))

        def send(_: int) -> bool:
            while (status := carla.ask("POST", place, body, KIND)[0]) == TOO_MANY:
                time.sleep(0.2)  # as the page does
            return status == 200

        with ThreadPoolExecutor(AT_ONCE) as senders:
            taken = sum(senders.map(send, range(files)))
        most = max(_peaks(server.pid))
        print(f"  {'memory of a serving process':32} {most:6.0f} MB (to reach: 400), {taken} of {files} files taken in")
    finally:
        server.terminate()
        server.wait(timeout=60)


def _wait_for(port: int) -> None:
    while True:
        try:
            http.client.HTTPConnection("127.0.0.1", port).request("GET", "/healthz")
        except OSError:
            time.sleep(0.2)
        else:
            return


def _peaks(pid: int) -> Iterator[float]:
    """Give the most memory that a process and each of its children took, in megabytes."""
    peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    yield int(peak[1]) / 1024 if peak else 0.0
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from _peaks(int(child))


def main() -> None:
    """Measure one after the other, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="docctl-bench-") as folder:
        print("Word files of four pages, with headings, lists and tables")
        import_and_issue(Path(folder), min(options.files, 100))
        compare_and_read(Path(folder))
        memory_of_server(Path(folder), options.files)


if __name__ == "__main__":
    main()
