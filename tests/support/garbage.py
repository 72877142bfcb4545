"""Garbage is collected as in the app, for tests of just that."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from trd_tui.tui import collecting
from trd_tui.tui.launch import spare


@contextmanager
def collected_as_in_the_app() -> Iterator[None]:
    """Whole collections begin between keys only; afterwards what the app put aside is looked through once."""
    gc.collect()
    spare()
    yield
    collecting.end()
    gc.unfreeze()
    gc.collect()
    gc.freeze()
