"""Named places where a test may end the process at once, as a killed process or a loss of power would."""

import os
from collections import Counter

CRASH_AT = "DOCCTL_CRASH_AT"
EXIT_CODE = 77
_passed: Counter[str] = Counter()


def crash_point(name: str) -> None:
    """End the process where the environment names this place; “name:2” means the second time it is passed."""
    wanted = os.environ.get(CRASH_AT)
    if wanted is None:
        return
    _passed[name] += 1
    if wanted == f"{name}:{_passed[name]}" or (wanted == name and _passed[name] == 1):
        os._exit(EXIT_CODE)
