"""Who is here: every open app on this database, whose it is, from where and since when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from trd_tui.tui.help import PageScreen

if TYPE_CHECKING:
    from trd_tui.services.views import Connected


class CompanyScreen(PageScreen):
    """Everybody who has the app open."""

    def __init__(self, connected: Sequence[Connected]) -> None:
        super().__init__("Who is here")
        self._connected = connected

    def content_of(self) -> Content:
        """A line each, the longest here first."""
        parts: list[str | tuple[str, str]] = []
        for each in self._connected:
            since = datetime.fromtimestamp(each.since / 1000).astimezone()  # by this terminal's clock
            where = {"here": "on this host", "browser": "in a browser"}.get(each.place, f"from {each.place}")
            known_as = "" if each.login == each.actor else f", logged in as {each.login}"
            parts += [(each.actor, "bold"), f"{known_as}  ", where, f", since {since:%a %H:%M}"]
            parts += ["  this app\n" if each.own else "\n"]
        parts += [("\nAn app that was killed stays here for three minutes.", "$trd-quiet")]
        return Content.assemble(*parts)
