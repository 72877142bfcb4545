"""Puts the repository on the path, so that tests share helpers as ``tests.support`` and ``tests.peer``."""

import gc
import os
from collections.abc import Generator

import pytest

pytest_plugins = ["tests.support.databases"]

# Tests start the program a hundred times; without compiled files each start would compile all of it again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported and collected stays: no collection of garbage walks it, in no test.

    A million objects that never die took a sixth of the time of all tests. What a test leaves is collected
    as ever.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()
