"""The one place that runs pandoc: sandboxed, in a bare environment, with limits of time and memory."""

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pypandoc

from docctl.domain.errors import ConversionError
from docctl.machine.conversion_turns import in_turn

CPU_SECONDS = 20
WALL_SECONDS = 40
HEAP_MEGABYTES = 1024
ADDRESS_SPACE_MEGABYTES = 2048
OUTPUT_MEGABYTES = 200
FILTERS = Path(__file__).parents[1] / "pandoc_filters"
MARKDOWN = "gfm-tex_math_dollars-emoji-alerts"

# Pandoc reserves its address space when it starts, so limits are set before; a shell does that safely beside threads.
# It gives way to the pages, because whoever reads shall not wait for whoever uploads.
_LIMITED = (
    "/bin/sh",
    "-c",
    f"ulimit -c 0 && ulimit -t {CPU_SECONDS} && ulimit -v {ADDRESS_SPACE_MEGABYTES * 1024} "
    f'&& ulimit -f {OUTPUT_MEGABYTES * 2048} && exec nice -n 10 "$0" "$@"',
)
_TITLE_LINE = re.compile(r"<!--title(?: [^\n]*?)?-->\n\n([^\n]*)(?:\n+|\Z)")
_PROGRAM = pypandoc.get_pandoc_path()


def convert(
    text: bytes,
    source: str,
    target: str,
    *options: str,
    filters: Sequence[str] = (),
    files: Mapping[str, bytes] | None = None,
    seconds: float | None = None,
) -> bytes:
    """Convert a text with pandoc; ``files`` lie beside it by name. Raises ConversionError with one sentence.

    Somebody waits before an empty page where it may take only so many seconds.
    """
    with in_turn(), tempfile.TemporaryDirectory(prefix="docctl-pandoc-") as folder:
        root = Path(folder)
        (root / "input").write_bytes(text)
        for name, content in (files or {}).items():
            place = root / name
            if not place.resolve().is_relative_to(root.resolve()):
                raise ConversionError(
                    "The document was not converted, because “%(name)s” is no name for a picture.", name=name
                )
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        command = [
            *_LIMITED,
            _PROGRAM,
            "--sandbox",
            "--from",
            source,
            "--to",
            target,
            "--output",
            "output",
            "--wrap=none",
        ]
        last = ("safe_markdown", "rules") if target == MARKDOWN else ()
        command += [f"--lua-filter={FILTERS / name}.lua" for name in (*filters, *last)]
        command += [*options, "input", "+RTS", f"-M{HEAP_MEGABYTES}m", "-A16m", "-RTS"]
        _run(command, root, min(WALL_SECONDS, seconds or WALL_SECONDS))
        return (root / "output").read_bytes()


def title_apart(markdown: str) -> tuple[str, str]:
    """Return the title line that a filter put in front of a text, and the text without it."""
    found = _TITLE_LINE.match(markdown)
    return (found[1], markdown[found.end() :].lstrip("\n")) if found else ("", markdown)


def _run(command: list[str], root: Path, seconds: float) -> None:
    """Run pandoc in a process group of its own, and end the whole group when it takes too long."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(root), "LANG": "C.UTF-8", "TMPDIR": str(root)}
    process = subprocess.Popen(
        command,
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        _, complaint = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as late:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise ConversionError(_TOO_MUCH) from late
    if process.returncode < 0 or b"exhausted" in complaint or b"Killed" in complaint:
        raise ConversionError(_TOO_MUCH)
    if process.returncode != 0 or not (root / "output").is_file():
        reason = " ".join(complaint.decode("utf-8", "replace").replace(str(root), "").split())[:200]
        raise ConversionError(
            "The document was not converted, because the converter could not read it: %(reason)s", reason=reason
        )


_TOO_MUCH = (
    "The document was not converted, because it takes more time or memory than one document may; "
    "split it or simplify its tables."
)
