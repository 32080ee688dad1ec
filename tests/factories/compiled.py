"""What statements and pages were compiled to, kept for all of a process: each library and application began anew."""

from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Connection, Engine, event
from sqlalchemy.util import LRUCache


class Statements(LRUCache[Any, Any]):
    """Compiled statements by the name of their dialect, where SQLAlchemy tells each engine's dialect from others."""

    def get(self, key: Any, default: Any = None) -> Any:
        """Return what a statement was compiled to for any engine of its dialect."""
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        """Keep what a statement was compiled to."""
        super().__setitem__((key[0].name, *key[1:]), compiled)


class Pages(BytecodeCache):
    """Compiled templates of pages."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what a template was compiled to, unless it has changed."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a template was compiled to."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


STATEMENTS = Statements(2000)


def compile_once() -> None:
    """Let every engine and every application of this process look there."""
    event.listen(Engine, "engine_connect", _share)
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Pages()}


def _share(connection: Connection) -> None:
    connection.execution_options(compiled_cache=STATEMENTS)
