"""Tools: each is the adapter of its name, loaded when it is first used and not before."""

import subprocess
import sys

import pytest

from docctl import tools
from tests import wrong_calls

UNUSED = """
import sys
from docctl import document_control, tools
early = {"data_folder", "database", "git_library", "signing_key", "virus_scanner"}
print(*[name for name in tools.__all__ if name not in early and f"docctl.adapters.{name}" in sys.modules])
"""


def test_each_tool_is_the_adapter_of_its_name() -> None:
    assert [getattr(tools, name).__name__ for name in tools.__all__] == [f"docctl.adapters.{n}" for n in tools.__all__]


def test_what_is_no_tool_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no tool 'search_index'"):
        _ = tools.search_index
    assert not hasattr(tools, "__wrapped__")


def test_no_tool_is_loaded_before_it_is_used() -> None:
    answer = subprocess.run([sys.executable, "-c", UNUSED], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == ""


def test_mypy_is_asked_about_a_wrong_call_of_each_tool() -> None:
    called = set(wrong_calls.wrong_calls.__code__.co_names)
    assert set(tools.__all__) <= called
