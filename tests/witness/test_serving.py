"""A witness that is served answers as c2sp.org/tlog-witness says, and killed at any moment it never signs two heads."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path

import pytest

from docctl.actions.trail.witnessing import keep_cosigned, request_to
from docctl.adapters.signing_key import cosigned_at
from docctl.domain.errors import HeadRefusedError
from docctl.domain.trail.head_request import LARGEST_REQUEST, HeadRequest
from docctl.domain.trail.signed_note import SignedHead, TreeHead
from docctl.machine.crash_point import CRASH_AT, EXIT_CODE
from docctl.witness.cosigning import cosign
from docctl.witness.folder import WitnessFolder
from docctl.witness.serving import PLAIN
from tests.factories.library import HOME, Office
from tests.factories.witnesses import LIBRARY, Neighbour, neighbour_of, served

POINTS = ("head seen", "head kept")


@pytest.fixture
def neighbour(office: Office, tmp_path: Path) -> Neighbour:
    """A witness that the library registered."""
    return neighbour_of(office, tmp_path / "witness")


def ask(address: str, body: str | bytes, path: str = "/add-checkpoint") -> tuple[int, str, str]:
    """Send a body; return status, kind and text of the answer."""
    data = body.encode() if isinstance(body, str) else body
    request = urllib.request.Request(address + path, data, {"Content-Type": "text/plain"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers["Content-Type"], refused.read().decode()


def test_each_answer_is_the_one_of_the_specification(office: Office, neighbour: Neighbour) -> None:
    request = request_to(office.control, neighbour.number)
    head = request.signed.head
    with served(neighbour.folder) as address:
        assert ask(address, "old\n")[0] == 400
        assert ask(address, b"\xff")[0] == 400
        assert ask(address, "x" * (LARGEST_REQUEST + 1))[0] == 413
        assert ask(address, "", "/elsewhere")[0] == 404
        status, _, line = ask(address, request.text)
        assert status == 200
        assert cosigned_at(neighbour.folder.key, SignedHead.read(request.signed.note + line)) is not None
        assert ask(address, request.text) == (409, "text/x.tlog.size", f"{head.size}\n")
        assert ask(address, replace(request, old_size=head.size).text)[0] == 200
        office.write()
        later = request_to(office.control, neighbour.number, head.size)
        assert ask(address, replace(later, proof=later.proof[1:]).text)[0] == 422
        unsigned = replace(later.signed.signatures[0], signed=bytes(64))
        assert ask(address, replace(later, signed=replace(later.signed, signatures=(unsigned,))).text)[0] == 403
        assert ask(address, later.text, "/below/add-checkpoint")[0] == 200
        with urllib.request.urlopen(f"{address}/key", timeout=30) as answer:
            assert answer.read().decode() == f"{neighbour.folder.key}\n"
        with urllib.request.urlopen(f"{address}/heads/{head.origin}", timeout=30) as answer:
            assert SignedHead.read(answer.read().decode()).text == later.signed.text
        neighbour.folder.folder.joinpath("key").unlink()
        assert ask(address, replace(later, old_size=later.signed.head.size, proof=()).text)[0] == 503


def other_head(office: Office, request: HeadRequest) -> HeadRequest:
    """A request for another head of the same size, which the library signed as well."""
    head = replace(request.signed.head, root=bytes(32))
    return replace(
        request, signed=SignedHead(head.text, (office.control.signing_key.sign_head(head.origin, head.text),))
    )


@pytest.mark.parametrize("point", POINTS)
def test_a_witness_killed_between_seeing_and_signing_never_signs_two_heads_of_one_size(
    office: Office, neighbour: Neighbour, tmp_path: Path, point: str
) -> None:
    """A process dies at the point; whichever head is asked for afterwards, only one of the two is ever signed."""
    neighbour.meet(office)
    office.write()
    request = request_to(office.control, neighbour.number)
    other = other_head(office, request)
    file, answer = tmp_path / "request.txt", tmp_path / "answer.txt"
    file.write_text(request.text)
    command = [sys.executable, "-m", "docctl", "witness", "answer", "--state", neighbour.folder.folder]
    died = subprocess.run(
        [*command, file, "--to", answer], cwd=HOME, env=os.environ | {CRASH_AT: point}, capture_output=True
    )  # fmt: skip
    assert (died.returncode, answer.exists()) == (EXIT_CODE, False), died.stderr
    signed = _signed(neighbour.folder, [other, request, replace(request, old_size=request.signed.head.size, proof=())])
    assert signed == {request.signed.head}
    assert neighbour.head.head == request.signed.head


def _signed(folder: WitnessFolder, requests: list[HeadRequest]) -> set[TreeHead]:
    signed = set()
    for each in requests:
        try:
            cosign(folder, each)
            signed.add(each.signed.head)
        except HeadRefusedError:
            continue
    return signed


@contextmanager
def process(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A witness that is served by a process of its own."""
    command = [sys.executable, "-m", "docctl", "witness", "serve", "--state", folder, "--port", str(port)]
    running = subprocess.Popen(command, cwd=HOME, stderr=subprocess.DEVNULL, start_new_session=True)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/key", timeout=5):
                break
        except OSError:
            assert running.poll() is None
            time.sleep(0.1)
    try:
        yield running
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def test_peers_that_send_a_byte_and_wait_keep_nobody_from_an_answer(neighbour: Neighbour) -> None:
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    with process(neighbour.folder.folder, port), ExitStack() as slow:
        for _ in range(60):
            peer = slow.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            peer.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nol")
        with urllib.request.urlopen(f"{address}/key", timeout=30) as answer:
            assert answer.read().decode() == f"{neighbour.folder.key}\n"
        assert ask(address, "old\n")[0] == 400
        assert ask(address, "x" * (LARGEST_REQUEST + 1))[0] == 413


def _asked(address: str, request: HeadRequest) -> int:
    """Ask, and return the status of the answer; 0 where the witness died before."""
    try:
        return ask(address, request.text)[0]
    except (OSError, HTTPException):
        return 0


def test_a_served_witness_that_is_killed_again_and_again_signs_one_head_for_each_size(
    office: Office, neighbour: Neighbour
) -> None:
    """SIGKILL while two heads of one size are asked for at once, each signed by the library; then served again.

    Whichever it saw first it goes on with: where that was not the library's own, the library is refused from then on.
    """
    port = _free_port()
    address, signed = f"http://127.0.0.1:{port}", dict[int, set[str]]()
    for number in range(4):
        office.write(f"POL-01{number}")
        known = neighbour.folder.present(LIBRARY).size
        request = request_to(office.control, neighbour.number, known)
        heads = (request, other_head(office, request), request)
        with process(neighbour.folder.folder, port) as running, ThreadPoolExecutor() as asking:
            answers = [asking.submit(_asked, address, each) for each in heads]
            time.sleep(0.01 * number)
            os.killpg(running.pid, signal.SIGKILL)
            for each, answer in zip(heads, answers, strict=True):
                if answer.result() == 200:
                    signed.setdefault(each.signed.head.size, set()).add(each.signed.text)
        seen = neighbour.folder.present(LIBRARY)
        is_other = seen.size == request.signed.head.size and request.signed.text not in seen.note
        if is_other:
            break
    with process(neighbour.folder.folder, port):
        office.write("POL-020")
        request = request_to(office.control, neighbour.number, neighbour.folder.present(LIBRARY).size)
        status, _, line = ask(address, request.text)
        assert status == (422 if is_other else 200)
        if not is_other:
            keep_cosigned(office.control, neighbour.number, SignedHead.read(request.signed.note + line))
    assert all(len(heads) == 1 for heads in signed.values())


@pytest.mark.parametrize("name", ["key", "libraries/*.json"])
def test_a_served_witness_whose_folder_was_spoilt_tells_strangers_nothing_of_it(
    office: Office, neighbour: Neighbour, name: str
) -> None:
    request = request_to(office.control, neighbour.number)
    with served(neighbour.folder) as address:
        [path] = neighbour.folder.folder.glob(name)
        path.write_text("x")
        assert ask(address, request.text) == (503, PLAIN, "Nothing was signed; ask again later.\n")
        place = "/key" if name == "key" else f"/heads/{request.signed.head.origin}"
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(address + place, timeout=30)
    assert (refused.value.code, refused.value.read()) == (503, b"Nothing can be told now; ask again later.\n")
