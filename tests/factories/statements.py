"""What statements were compiled to, kept for all libraries of a process: each engine would compile all of them anew."""

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.util import LRUCache


class Compiled(LRUCache[Any, Any]):
    """Compiled statements by the name of their dialect, where SQLAlchemy tells each engine's dialect from others."""

    def get(self, key: Any, default: Any = None) -> Any:
        """Return what a statement was compiled to for any engine of its dialect."""
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        """Keep what a statement was compiled to."""
        super().__setitem__((key[0].name, *key[1:]), compiled)


COMPILED = Compiled(2000)


def share_compiled_statements() -> None:
    """Let every engine of this process look there."""
    event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    connection.execution_options(compiled_cache=COMPILED)
