"""The command palette: every action of the screen beneath, and every campaign, by its name."""

from __future__ import annotations

from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from textual import command
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.worker import Worker

from trd_tui.domain.campaign import CampaignStatus
from trd_tui.tui.actions import Action
from trd_tui.tui.acts import ActingScreen
from trd_tui.tui.base import DeskScreen


class CommandPalette(command.CommandPalette):
    """Textual's own, but neither a page key nor an escape before it is painted ends the app."""

    def run_worker(self, *work: Any, **options: Any) -> Worker[Any]:
        """Gather commands; whoever has left meanwhile misses nothing."""
        return super().run_worker(*work, **{**options, "exit_on_error": False})

    def _action_command_list(self, action: str) -> None:
        """Move in the list; before that is painted, Textual's does not know its lines: the key is void."""
        with suppress(KeyError):
            super()._action_command_list(action)


_EVERY = tuple(map(str, CampaignStatus))

_NAMED = {
    "steps": {"draft": "steps of", **dict.fromkeys(("active", "paused"), "schedule and limits of")},
    "import_contacts": dict.fromkeys(_EVERY, "import contacts into"),
}
"""Actions that name their campaign: by the statuses in which they are offered, the words before its name."""


class ActionProvider(Provider):
    """Yields what the table of actions holds for the screen."""

    def _actions(self) -> list[Action]:
        screen = self.screen
        if not isinstance(screen, DeskScreen):
            return []
        found = [a for a in screen.trd.actions_here() if a.command]
        row = screen.current() if isinstance(screen, ActingScreen) else None
        status, name = ("", "") if row is None else (row.status, row.name)
        return [
            a._replace(label=f"{_NAMED[a.id][status]} {name}") if a.id in _NAMED else a
            for a in found
            if a.id not in _NAMED or status in _NAMED[a.id]
        ]

    def _run(self, action: Action) -> partial[Coroutine[Any, Any, None]]:
        return partial(self.screen.run_action, action.runs or action.id)

    @staticmethod
    def _title(action: Action) -> str:
        return action.label[:1].upper() + action.label[1:] + (f"  ({action.shown})" if action.shown else "")

    async def discover(self) -> Hits:
        """Everything, before a letter is typed."""
        for action in self._actions():
            yield DiscoveryHit(self._title(action), self._run(action), text=action.label, help=action.help)

    async def search(self, query: str) -> Hits:
        """What matches."""
        matcher = self.matcher(query)
        for action in self._actions():
            title = self._title(action)
            score = max(matcher.match(title), matcher.match(action.help) * 0.6)
            if score > 0:
                yield Hit(
                    score, matcher.highlight(title), self._run(action), text=action.label, help=action.help
                )


MOST = 20
"""Campaigns that the palette offers at a time; a longer name finds fewer."""


class CampaignProvider(Provider):
    """Yields the campaigns whose name holds what is typed, read as the palette's other work: in a worker."""

    async def search(self, query: str) -> Hits:
        """What matches, the latest active first."""
        screen = self.screen
        if not isinstance(screen, DeskScreen) or screen.desk is None or not query.strip():
            return
        from trd_tui.services.views import ListQuery

        found = await screen.desk.page(ListQuery(search=query.strip(), limit=MOST))
        matcher = self.matcher(query)
        for row in found.rows:
            title = f"{row.name}"
            yield Hit(
                max(matcher.match(title), 0.5), matcher.highlight(title), partial(self._open, row.id),
                text=row.name, help=f"Open this campaign; it is {row.status}",
            )  # fmt: skip

    def _open(self, campaign_id: str) -> None:
        screen = self.screen
        if isinstance(screen, DeskScreen):
            screen.trd.ways.campaign(campaign_id)
