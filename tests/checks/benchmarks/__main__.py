"""``make bench``: what pages, search, saving, publishing, PDF and import cost at 1,000 and at 10,000 documents."""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select

from docctl.actions.approval import approving, reviewing
from docctl.actions.documents import drafting
from docctl.actions.intake import importing
from docctl.actions.issued_files import exporting
from docctl.app import create_app
from docctl.document_control import DocumentControl
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_metadata import DocumentMetadata
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.intake.import_verdict import IMPORTED
from docctl.domain.people.user import User
from docctl.domain.sign_in.password import Credentials
from tests.checks.benchmarks.library_of import PASSWORD, build_library, markdown_of
from tests.checks.benchmarks.search_at_size import entries, questions

TARGETS_MS = {
    "document page": 50,
    "history page": None,
    "master list page": 100,
    "search, one word": 60,
    "search, three words": 60,
    "search, phrase": 150,
    "search, prefix": 150,
    "save a draft": 150,
    "last signature to in force": 300,
}
ROUNDS, ACTION_ROUNDS = 60, 20


class Bench:
    """One library of one size, measured through its pages and its actions."""

    def __init__(self, control: DocumentControl) -> None:
        self.control = control
        self.chance = random.Random(7)
        with control.reading() as session:
            self.people = {user.login: user.id for user in session.scalars(select(User))}
            self.numbers = list(
                session.scalars(
                    select(Document.number)
                    .join(Revision)
                    .where(Revision.state == State.IN_FORCE, Revision.classification == "internal")
                )
            )
            self.type_id = session.scalars(select(DocumentType.id).where(DocumentType.name == "policy")).one()
        self.app = create_app(control, {"TESTING": True, "WTF_CSRF_ENABLED": False})
        self.text = WrittenText(markdown_of(next(entries(1))))

    def client(self, login: str) -> FlaskClient:
        """Return a signed-in browser."""
        client = self.app.test_client()
        answer = client.post("/sign-in", data={"login": login, "password": PASSWORD})
        assert answer.status_code in (302, 303), answer.status_code
        return client

    def measures(self) -> Iterator[tuple[str, list[float]]]:
        """Measure one thing after the other, in seconds."""
        reader, controller = self.client("reader"), self.client("controller")
        ask = questions(random.Random(3))
        yield "document page", self._pages(reader, lambda: f"/documents/{self.chance.choice(self.numbers)}")
        yield "history page", self._pages(controller, lambda: f"/documents/{self.chance.choice(self.numbers)}/history")
        orders = ("", "?sort=title", "?sort=-effective_date", "?type=policy", "?page=7")
        yield "master list page", self._pages(controller, lambda: f"/documents{self.chance.choice(orders)}")
        for kind in ("one word", "three words", "phrase", "prefix"):
            yield f"search, {kind}", self._searches(reader, ask[kind])
        saves, signatures = self._lives()
        yield "save a draft", saves
        yield "last signature to in force", signatures

    def _pages(self, client: FlaskClient, address: Callable[[], str]) -> list[float]:
        return [_timed(lambda: _got(client, address())) for _ in range(ROUNDS + 5)][5:]

    def _searches(self, client: FlaskClient, question: Callable[[], str]) -> list[float]:
        def ask() -> None:
            assert client.get("/search", query_string={"q": question()}).status_code == 200

        return [_timed(ask) for _ in range(ROUNDS + 5)][5:]

    def _lives(self) -> tuple[list[float], list[float]]:
        saves, signatures = [], []
        for turn in range(ACTION_ROUNDS):
            number = f"BENCH-{time.time_ns()}-{turn}"
            metadata = DocumentMetadata(title=f"Bench {turn}")
            control, people = self.control, self.people
            made = drafting.create_document(control, people["author"], number, self.type_id, metadata, self.text)
            text = WrittenText(self.text.markdown + "\nOnce more.\n")
            shown = self._shown(made)

            def save(made: int = made, shown: str = shown, text: WrittenText = text) -> None:
                drafting.save_draft(self.control, made, self.people["author"], reason="more", based_on=shown, text=text)

            saves.append(_timed(save))
            shown = self._shown(made)
            reviewing.submit(control, made, people["author"], change_summary="first", based_on=shown)
            reviewing.review(control, made, people["reviewer"], shown=shown, credentials=Credentials(PASSWORD))

            def sign(made: int = made, shown: str = shown) -> None:
                approving.approve(
                    self.control, made, self.people["approver"], shown=shown, credentials=Credentials(PASSWORD)
                )

            signatures.append(_timed(sign))
        return saves, signatures

    def _shown(self, revision_id: int) -> str:
        with self.control.reading() as session:
            return session.get_one(Revision, revision_id).fingerprint

    def pdf_of_ten_pages(self) -> list[float]:
        """Measure a PDF of about ten pages, conversion and writing, in seconds."""
        long = "\n\n".join([self.text.markdown] * 3)
        made = drafting.create_document(
            self.control,
            self.people["author"],
            f"LONG-{time.time_ns()}",
            self.type_id,
            DocumentMetadata(title="A long one"),
            WrittenText(long),
        )
        return [_timed(lambda: exporting.issued_file(self.control, made, None, exporting.PDF)) for _ in range(5)]

    def import_speed(self, folder: Path, count: int = 48) -> float:
        """Return how many Word files a second are imported."""
        name, source = "source.docx", self.numbers[0]
        with self.control.reading() as session:
            document = session.scalars(select(Document).where(Document.number == source)).one()
            revision_id = document.revisions[-1].id
        _, word = exporting.issued_file(self.control, revision_id, None, exporting.WORD)
        (folder / name).write_bytes(word)
        files = []
        for turn in range(count):
            path = folder / f"IMP-{turn:04} Imported document.docx"
            path.write_bytes(word)
            files.append(path)
        before = time.perf_counter()
        verdicts = list(importing.import_files(self.control, self.people["controller"], files))
        seconds = time.perf_counter() - before
        refused = [verdict.reason for verdict in verdicts if verdict.status != IMPORTED]
        assert not refused, refused[0]
        return count / seconds


def _got(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)


def _timed(act: Callable[[], object]) -> float:
    before = time.perf_counter()
    act()
    return time.perf_counter() - before


def _milliseconds(seconds: list[float]) -> tuple[float, float]:
    return statistics.median(seconds) * 1000, statistics.quantiles(seconds, n=20)[-1] * 1000


def main() -> None:
    """Build the libraries, measure, and print medians, p95 and the ratio of the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", type=int, default=[1_000, 10_000])
    parser.add_argument("--keep", type=Path, help="Folder that keeps the libraries for the next run.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        found: dict[str, list[tuple[float, float]]] = {}
        for size in options.sizes:
            before = time.perf_counter()
            bench = Bench(build_library(folder / str(size), size))
            print(f"{size:,} documents: ready in {time.perf_counter() - before:.0f} s", flush=True)
            for name, seconds in bench.measures():
                found.setdefault(name, []).append(_milliseconds(seconds))
        head = "".join(f"{f'{size:,}: median':>18}{'p95':>9}" for size in options.sizes)
        print(f"\n{'milliseconds':28}{head}{'ratio':>8}{'to reach (p95)':>16}")
        for name, figures in found.items():
            cells = "".join(f"{median:18.1f}{p95:9.1f}" for median, p95 in figures)
            target = TARGETS_MS.get(name)
            print(f"{name:28}{cells}{figures[-1][0] / figures[0][0]:8.2f}{target or '':>16}")
        pdf = bench.pdf_of_ten_pages()
        print(f"\nPDF of ten pages: median {statistics.median(pdf):.2f} s (to reach: 1 s)")
        print(f"Import: {bench.import_speed(Path(temporary)):.1f} Word files a second (to reach: 8)")


if __name__ == "__main__":
    main()
