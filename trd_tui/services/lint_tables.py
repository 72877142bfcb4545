"""The data of the lint: which characters have a plain form, which hosts shorten links for anybody."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from trd_tui.domain.finding import LintTables


@cache
def lint_tables() -> LintTables:
    """Both tables, read once."""
    data = files(__package__).joinpath("data")
    replacements = json.loads(data.joinpath("smart_encoding_map.json").read_text(encoding="utf-8"))
    shorteners = json.loads(data.joinpath("link_shorteners.json").read_text(encoding="utf-8"))
    return LintTables(replacements, frozenset(shorteners["hosts"]))
