"""LibreOffice, where it is installed: shut off from network, files and secrets, and held to limits."""

import hashlib
import io
import os
import re
import shutil
import signal
import struct
import subprocess
import zipfile
import zlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

import pikepdf

from docctl.domain.errors import ConversionError
from docctl.machine.conversion_turns import in_turn

PROGRAMS = ("soffice", "libreoffice")
SAFE_WITHOUT_SANDBOX: Final = (25, 8, 7)
WALL_SECONDS = 60
CPU_SECONDS = 60
MEMORY_MEGABYTES = 4096
DISK_MEGABYTES = 200
PICTURE_WITHOUT_TEXT = "Picture without a description"
WORD_XML, WORD_BINARY, OPEN_DOCUMENT = "MS Word 2007 XML", "MS Word 97", "writer8"
_PDF = (
    'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"},'
    '"PDFUACompliance":{"type":"boolean","value":"true"},"UseTaggedPDF":{"type":"boolean","value":"true"},'
    '"ExportBookmarks":{"type":"boolean","value":"true"}}'
)
_DOCX = f"docx:{WORD_XML}"
_OLE, _WORD_STREAM = bytes.fromhex("d0cf11e0a1b11ae1"), "WordDocument".encode("utf-16-le")
_OPEN_TEXT = b"mimetypeapplication/vnd.oasis.opendocument.text"
_FORMULA_PART = "libsmlo.so"
_SAY_OF_FORMULAS = ("word/document.xml", "word/footnotes.xml", "META-INF/manifest.xml")
_FORMULA_SIGNS = (b"<m:oMath", b"opendocument.formula")
LARGEST_PART = 100_000_000
FONTS = Path(__file__).parent / "typst" / "fonts"
"""The fonts that ship with docctl, and in which order LibreOffice takes them where those of a text are not there."""

# Everything happens on a disk in memory of its own; what people keep is hidden below empty folders.
_SHUT_OFF = f"""
set -e
mount -t tmpfs -o size={DISK_MEGABYTES}m,mode=700 tmpfs /mnt
cp -r "$FONTS" /mnt/fonts
for folder in /home /root /srv /tmp /run /var/lib /media "$@"; do
  if [ -d "$folder" ]; then mount -t tmpfs -o size=64k tmpfs "$folder"; fi
done
"""
_CONVERT = f"""
ulimit -c 0 && ulimit -t {CPU_SECONDS} && ulimit -v {MEMORY_MEGABYTES * 1024} && ulimit -f {DISK_MEGABYTES * 2048}
cd "$PLACE" && mkdir out && cat > input
export HOME="$PLACE" TMPDIR="$PLACE" FONTCONFIG_FILE="$PLACE/fonts/fonts.conf"
"$PROGRAM" --headless --norestore --nologo --nodefault --nofirststartwizard --nolockcheck \\
  "-env:UserInstallation=file://$PLACE/profile" --infilter="$FROM" --convert-to "$TO" --outdir out input >&2
cat out/input."$ENDING"
"""
_COLOUR_PROFILE_DATE, _COLOUR_PROFILE_ID = slice(24, 36), slice(84, 100)


@dataclass(frozen=True)
class Installed:
    """The LibreOffice of this machine."""

    program: str
    version: tuple[int, ...]


@cache
def installed() -> Installed | None:
    """Return the LibreOffice of this machine, None where there is none."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        return None
    asked = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=WALL_SECONDS, check=False)
    found = re.search(r"(\d+(?:\.\d+)+)", asked.stdout)
    return Installed(program, tuple(map(int, found[1].split("."))) if found else (0,))


@cache
def fonts() -> str:
    """Return a fingerprint of the fonts of this machine, which decide where lines and pages break."""
    try:
        listed = subprocess.run(["fc-list"], capture_output=True, timeout=WALL_SECONDS, check=False).stdout
    except OSError:
        return ""
    return hashlib.sha256(b"\n".join(sorted(listed.splitlines()))).hexdigest()[:12]


@cache
def can_be_shut_off() -> bool:
    """Say whether this machine lets a program be shut off from network and files."""
    trial = [*_APART, "/bin/sh", "-c", "mount -t tmpfs tmpfs /mnt"]
    try:
        return subprocess.run(trial, capture_output=True, timeout=WALL_SECONDS, check=False).returncode == 0
    except OSError:
        return False


# Fonts that nobody registered have numbers from 4,000,000 to 4,999,999 (Adobe Type 1 Font Format, 2.5).
_UNIQUE_ID, _NUMBER, _PRIVATE_NUMBERS = re.compile(rb"/UniqueID \d{7} def"), b"/UniqueID 4%06d def", 1_000_000
_EEXEC_KEY = 55665
_APART = ("unshare", "--map-root-user", "--net", "--mount", "--ipc", "--pid", "--fork", "--kill-child")


def is_usable() -> bool:
    """Say whether LibreOffice is here and may be used: an old one, which has open holes, only when shut off."""
    here = installed()
    return here is not None and (here.version >= SAFE_WITHOUT_SANDBOX or can_be_shut_off())


def shows_formulas() -> bool:
    """Say whether the LibreOffice of this machine has its part for formulas, without which it leaves them out."""
    here = installed()
    return here is not None and (Path(os.path.realpath(here.program)).parent / _FORMULA_PART).exists()


def _holds_formulas(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = [package.open(name) for name in package.namelist() if name in _SAY_OF_FORMULAS]
            return any(sign in part.read(LARGEST_PART) for part in parts for sign in _FORMULA_SIGNS)
    except zipfile.BadZipFile:
        return False


def word_of(data: bytes, ending: str) -> bytes:
    """Return a .doc or .odt as a Word file (.docx); raises ConversionError where it is none or cannot be read."""
    if ending == ".doc" and data.startswith(_OLE) and _WORD_STREAM in data:
        return _converted(data, WORD_BINARY, _DOCX, "docx")
    if ending == ".odt" and _OPEN_TEXT in data[:120]:
        return _converted(data, OPEN_DOCUMENT, _DOCX, "docx")
    raise ConversionError(
        "The file ends in %(ending)s, but holds something else; open it and save it as .docx.", ending=ending
    )


def pages_of(docx: bytes, written_at: datetime, hidden: tuple[str, ...] = ()) -> bytes:
    """Return the tagged PDF of a Word file with the pages it has in LibreOffice; equal files give equal bytes.

    ``written_at`` is the instant that the PDF names as its own, in UTC; ``hidden`` are folders to be shut away.
    """
    try:
        return _steady(_converted(docx, WORD_XML, _PDF, "pdf", hidden), written_at)
    except pikepdf.PdfError as damage:
        raise ConversionError("LibreOffice wrote no PDF that can be read, so the file was not converted.") from damage


def _converted(data: bytes, source: str, target: str, ending: str, hidden: tuple[str, ...] = ()) -> bytes:
    here = installed()
    if here is None or not is_usable():
        raise ConversionError(
            "Such a file needs LibreOffice, which is not installed here or cannot be shut off from the network; "
            "save the file as .docx."
        )
    if _holds_formulas(data) and not shows_formulas():
        raise ConversionError(
            "The file holds formulas, which the LibreOffice of this machine would leave out; "
            "install its part for formulas (libreoffice-math), or save the file as .docx."
        )
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PROGRAM": os.path.realpath(here.program)}
    environment |= {"FROM": source, "TO": target, "ENDING": ending, "PLACE": "/mnt", "FONTS": str(FONTS)}
    if can_be_shut_off():
        return _run([*_APART, "/bin/sh", "-c", _SHUT_OFF + _CONVERT, "sh", *hidden], data, environment)
    own_place = 'PLACE=$(mktemp -d) && trap \'rm -rf "$PLACE"\' EXIT && cp -r "$FONTS" "$PLACE/fonts" && '
    script = own_place + _CONVERT.lstrip()
    return _run(["/bin/sh", "-c", script], data, environment)


def _run(command: list[str], data: bytes, environment: dict[str, str]) -> bytes:
    """Run a conversion in a process group of its own, and end the whole group when it takes too long."""
    with in_turn(prints=True):
        process = subprocess.Popen(
            command,
            env=environment,
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            made, _ = process.communicate(data, timeout=WALL_SECONDS)
        except subprocess.TimeoutExpired as late:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise ConversionError(
                "LibreOffice did not end within %(wall_seconds)s seconds, so the file was not converted.",
                wall_seconds=WALL_SECONDS,
            ) from late
    if process.returncode != 0 or not made:
        raise ConversionError("LibreOffice could not convert the file; open it in Word and save it as .docx.")
    return made


def _steady(pdf: bytes, written_at: datetime) -> bytes:
    """Put one instant and a content's own identity where LibreOffice wrote those of the moment of writing."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for name in ("/CreationDate", "/ModDate"):
            opened.docinfo[name] = f"D:{written_at:%Y%m%d%H%M%S}Z"
        with opened.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            for name in ("xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate"):
                if name in metadata:
                    metadata[name] = f"{written_at:%Y-%m-%dT%H:%M:%SZ}"
        for intent in opened.Root.get("/OutputIntents", []):
            profile = bytearray(intent.DestOutputProfile.read_bytes())
            profile[_COLOUR_PROFILE_DATE] = struct.pack(">6H", *written_at.timetuple()[:6])
            profile[_COLOUR_PROFILE_ID] = bytes(16)
            intent.DestOutputProfile.write(bytes(profile))
        _tell_of_pictures(opened)
        _number_fonts(opened)
        for name in ("/ID", "/DocChecksum"):
            if name in opened.trailer:
                del opened.trailer[name]
        opened.save(written, deterministic_id=True)
    return written.getvalue()


def _number_fonts(opened: pikepdf.Pdf) -> None:
    """Number each font by what it holds; LibreOffice numbers fonts in the order in which it happens to get to them."""
    for font in opened.objects:
        if isinstance(font, pikepdf.Stream) and "/Length2" in font:
            data, clear = font.read_bytes(), int(font["/Length1"])
            sealed = clear + int(font["/Length2"])
            public, private = (
                _UNIQUE_ID.sub(_NUMBER % 0, text) for text in (data[:clear], _unsealed(data[clear:sealed]))
            )
            own = _NUMBER % (zlib.crc32(public + private) % _PRIVATE_NUMBERS)
            renumbered = public.replace(_NUMBER % 0, own), _sealed(private.replace(_NUMBER % 0, own))
            font.write(b"".join((*renumbered, data[sealed:])))


def _unsealed(data: bytes) -> bytes:
    """Return the private part of a font as text (Adobe Type 1 Font Format, 7.1)."""
    told, key = bytearray(), _EEXEC_KEY
    for byte in data:
        told.append(byte ^ (key >> 8))
        key = ((byte + key) * 52845 + 22719) & 0xFFFF
    return bytes(told)


def _sealed(text: bytes) -> bytes:
    """Return the text of a private part as a font holds it."""
    kept, key = bytearray(), _EEXEC_KEY
    for byte in text:
        kept.append(byte ^ (key >> 8))
        key = ((kept[-1] + key) * 52845 + 22719) & 0xFFFF
    return bytes(kept)


def _tell_of_pictures(opened: pikepdf.Pdf) -> None:
    """Give a text to every picture that has none, such as a watermark, because PDF/UA-1 (7.3) asks for one."""
    for element in opened.objects:
        if isinstance(element, pikepdf.Dictionary) and element.get("/S") == "/Figure" and "/Alt" not in element:
            element.Alt = PICTURE_WITHOUT_TEXT
