"""What docctl is delivered with: beside the package in the source tree, inside it where a wheel was installed."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
IN_A_WHEEL = PACKAGE / "shipped_files"
TREE = PACKAGE.parent


def shipped(folder: str) -> Path:
    """Return the folder of the migrations, policies or templates that this program came with."""
    return (IN_A_WHEEL if IN_A_WHEEL.is_dir() else TREE) / folder
