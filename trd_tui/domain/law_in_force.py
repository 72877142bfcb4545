"""Which rules of quiet hours hold in this process: those of the package, or those that were put in force."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from trd_tui.domain.law import Law
from trd_tui.domain.law_text import read_law

PACKAGED = "the package's own rules"

_chosen: list[Law] = []


@cache
def packaged_law() -> Law:
    """The rules that the package brings."""
    text = files(__package__).joinpath("data", "quiet_hours.toml").read_text(encoding="utf-8")
    return read_law(tomllib.loads(text), PACKAGED)


def in_force() -> Law:
    """The rules that hold now."""
    return _chosen[0] if _chosen else packaged_law()


def put_in_force(law: Law) -> None:
    """Let these rules hold from now on in the whole process; what is planned is asked again when due."""
    _chosen[:] = [law]
