"""What each process of the fault tests would do for itself, done once in the process that they are forked from.

That is to map the records, to compile statements, and to load what an action loads when it is first used.
"""

import gc
import tempfile
from pathlib import Path

from tests.checks.faults import crew, scenes
from tests.factories.library import found_library
from tests.factories.once.compiled import compile_once

compile_once()
crew.quick_issue()
with tempfile.TemporaryDirectory(prefix="docctl-warmed-up-") as _folder:
    found_library(Path(_folder, "data")).engine.dispose()
    scenes.put_to_work(Path(_folder, "data"))
    _office = crew.office_at(Path(_folder, "data"))
    for _action in ("save", "revise", "withdraw", "adopt"):
        crew.ACTIONS[_action](_office, scenes.READY_FOR[_action], "")
    crew.catch_up(_office.control)
    _office.control.engine.dispose()
    _office.control.library.let_go()
gc.collect()
gc.freeze()
