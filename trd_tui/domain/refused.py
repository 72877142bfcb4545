"""What a rule refuses. It happens every day, to two people at the same thing above all, and is no fault."""

from __future__ import annotations

from typing import ClassVar


class RefusedError(Exception):
    """A rule said no; the message says why and what to do."""

    TITLE: ClassVar[str] = "Not done"
    """What is told of it is called so."""
