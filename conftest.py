"""Puts the repository on the path, so that tests share helpers as ``tests.support`` and ``tests.peer``."""

pytest_plugins = ["tests.support.databases"]
