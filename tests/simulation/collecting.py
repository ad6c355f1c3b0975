"""When the memory of past worlds is given back."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_the_end() -> Iterator[None]:
    """Look for cycles when all lives of a chunk are over and not while they run: that takes a tenth of their time.

    A world is one big cycle, of about a third of a megabyte. What is there before them, above all the modules, stays
    and is not looked through: that would take half as long again.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
        gc.collect()
        gc.unfreeze()
