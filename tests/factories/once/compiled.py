"""What statements, pages and addresses were compiled to, kept for a process: each application began anew."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Connection, Engine, event
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule


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


class Addresses:
    """Compiled builders of addresses by the rule that they build; werkzeug compiles two for each page."""

    def __init__(self, compile_builder: Callable[[Rule, bool], Any]) -> None:
        self._compile_builder = compile_builder
        self._kept: dict[object, Any] = {}

    def builder(self, rule: Rule, append_unknown: bool = True) -> Any:
        """Return what builds the addresses of a rule; the same rule and defaults make the same code."""
        named = (rule.rule, rule.subdomain, rule.host, rule.merge_slashes, append_unknown, repr(rule.defaults))
        if named not in self._kept:
            self._kept[named] = self._compile_builder(rule, append_unknown)
        return self._kept[named]


STATEMENTS = Statements(2000)


def compile_once() -> None:
    """Let every engine and every application of this process look there."""
    event.listen(Engine, "engine_connect", _share)
    addresses = Addresses(Rule._compile_builder)
    Rule._compile_builder = lambda rule, append_unknown=True: addresses.builder(rule, append_unknown)  # type: ignore
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Pages()}


def _share(connection: Connection) -> None:
    connection.execution_options(compiled_cache=STATEMENTS)
