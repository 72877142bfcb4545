"""Puts the repository on the path, so that tests share helpers as ``tests.support`` and ``tests.peer``."""

import os

pytest_plugins = ["tests.support.databases"]

# Tests start the program a hundred times; without compiled files each start would compile all of it again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
