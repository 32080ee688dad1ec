"""The ``docctl`` command from its first moment: whoever interrupts it while it is still loading gets a clean end."""

import os

_INTERRUPTED = 130


def _end(*_: object) -> None:
    """End at once: nothing was begun yet, or all of it is cleared up."""
    os.write(2, b"docctl: It was interrupted.\n")
    os._exit(_INTERRUPTED)


try:
    import gc
    import signal
    from importlib import import_module
except KeyboardInterrupt:  # Python itself loads more for these three than it had before
    _end()


def main() -> None:
    """Load the command line and run it; Ctrl-C ends it with one sentence, while it is loaded too."""
    is_heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # what runs in the background ignores it
    if is_heard:
        signal.signal(signal.SIGINT, _end)
    gc.disable()  # what is loaded stays loaded, so looking through it for garbage costs a fifth of the time for nothing
    program = import_module("docctl.cli").main
    gc.freeze()
    gc.enable()
    try:
        if is_heard:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        program(prog_name="docctl")
    except KeyboardInterrupt:
        _end()
    finally:
        if is_heard:
            signal.signal(signal.SIGINT, _end)


if __name__ == "__main__":
    main()
