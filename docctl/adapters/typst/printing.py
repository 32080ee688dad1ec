"""Typst in a limited process of its own, which loads nothing else of docctl: that would take longer than printing."""

import json
import os
import re
import resource
import sys
from math import ceil
from pathlib import Path

import typst

PDF_STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]
MEMORY_LIMIT_MB = 2048
FILE_LIMIT_MB = 200
REMEDIES = 4
FONTS = Path(__file__).parent / "fonts"

_UNPRINTABLE = re.compile(r'(?:the text|the codepoint) `"(.+?)"`')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def _write(root: Path, timestamp: int) -> None:
    """Write issue.pdf below the root (in the limited process), with what cannot be shown named in its place."""
    system_fonts = False
    for _ in range(REMEDIES):
        try:
            return _compile(root, timestamp, system_fonts)
        except typst.TypstError as refusal:
            system_fonts = _remedy(root, refusal, system_fonts)
    return _compile(root, timestamp, system_fonts)


def _remedy(root: Path, refusal: typst.TypstError, system_fonts: bool) -> bool:
    """Do what lets the next try succeed; returns whether it may use the machine's fonts, raises what has no remedy."""
    unprintable = _unprintable_characters(refusal.diagnostic)
    if unprintable and not system_fonts:
        return True
    if unprintable:
        _spell_out(root, unprintable)
    elif not _set_pictures_aside(root):
        raise refusal
    return system_fonts


def _spell_out(root: Path, characters: set[str]) -> None:
    """Put the code point in place of a character that no font shows."""
    for name in ("main.typ", "sheet.json"):
        text = (root / name).read_text(encoding="utf-8")
        for character in characters:
            text = text.replace(character, f"⟨U+{ord(character):04X}⟩")
        (root / name).write_text(text, encoding="utf-8")


def _set_pictures_aside(root: Path) -> bool:
    """Set aside what cannot be printed (damaged pictures, drawings of other programs); returns whether any was."""
    facts = json.loads((root / "sheet.json").read_text(encoding="utf-8"))
    printable = [name for name in facts["pictures"] if _is_printable_picture(root, name)]
    if printable == facts["pictures"]:
        return False
    facts["pictures"] = printable
    (root / "sheet.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    return True


def _is_printable_picture(root: Path, name: str) -> bool:
    """Try the picture on a page of its own."""
    page = f'#set document(title: "picture")\n#image({json.dumps(name, ensure_ascii=False)}, alt: "picture")'
    tried = root / "picture.typ"
    tried.write_text(page, encoding="utf-8")
    try:
        typst.compile(tried, root=root, ignore_system_fonts=True, pdf_standards=PDF_STANDARDS, timestamp=0)
    except typst.TypstError:
        return False
    return True


def _unprintable_characters(diagnostic: str) -> set[str]:
    """Characters that a refusal names because no font shows them or PDF/A forbids them."""
    found: set[str] = set()
    for quoted in _UNPRINTABLE.findall(diagnostic):
        found.update(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), quoted))
    return {character for character in found if not character.isascii()}


def _compile(root: Path, timestamp: int, system_fonts: bool) -> None:
    """Run Typst with nothing but the root, our fonts and no packages."""
    pdf = typst.compile(
        str(root / "main.typ"),
        root=str(root),
        font_paths=[str(FONTS)],
        ignore_system_fonts=not system_fonts,
        format="pdf",
        pdf_standards=PDF_STANDARDS,
        timestamp=timestamp,
        package_path=str(root / "packages"),
        package_cache_path=str(root / "packages"),
    )
    (root / "issue.pdf").write_bytes(pdf)


def main(folder: str, timestamp: str, seconds: str) -> int:
    """Limit this process, write the PDF, and print the reason where that fails."""
    megabyte, limit = 1024 * 1024, ceil(float(seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_MB * megabyte, MEMORY_LIMIT_MB * megabyte))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT_MB * megabyte, FILE_LIMIT_MB * megabyte))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        _write(Path(folder), int(timestamp))
    except typst.TypstError as refusal:
        sys.stdout.write(refusal.message.splitlines()[0].rstrip("."))
        return 1
    return 0


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main(*sys.argv[1:]))
