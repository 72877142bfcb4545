"""The steps of a new campaign, driven by keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual import events
from textual.widgets import Input

from tests.support.real_desk import Built
from tests.support.screen import Driver, driving_real, shows
from trd_tui.tui.new_campaign.screen import NewCampaignScreen
from trd_tui.tui.service_desk import ServiceDesk

LEADS = "Phone,First Name,Pet\n+12125550101,Ann,rex\n2125550101,Ann,\n13125550107,Cy,\n12,Zed,\nhello,Zed,\n"

Steps = Driver[ServiceDesk]


@asynccontextmanager
async def begun(
    built: Built, tmp_path: Path, size: tuple[int, int] = (80, 24), *, hurried: bool = False
) -> AsyncIterator[Steps]:
    async with driving_real(built, tmp_path / "acme.db", size, hurried=hurried) as d:
        await d.press("n")
        await shows(d, "what your team calls it")
        yield d


def screen(d: Steps) -> NewCampaignScreen:
    found = d.app.screen
    assert isinstance(found, NewCampaignScreen)
    return found


async def pastes(d: Steps, text: str) -> None:
    """Paste it: one event, where what the letters do is not the question."""
    d.app.post_message(events.Paste(text))
    await d.settle()


async def types(d: Steps, text: str) -> None:
    """Type it, letter by letter."""
    names = {
        " ": "space", ".": "full_stop", "!": "exclamation_mark", "?": "question_mark", "/": "slash",
        "{": "left_curly_bracket", "}": "right_curly_bracket", ":": "colon", "+": "plus", "-": "minus",
        "=": "equals_sign", ";": "semicolon", ",": "comma", "*": "asterisk",
    }  # fmt: skip
    await d.pilot.press(*(names.get(letter, letter) for letter in text))
    await d.settle()


async def named(d: Steps, name: str = "Spring leads") -> None:
    """The first step by keys."""
    await pastes(d, name)
    await d.press("enter", "down", "enter", "ctrl+s")  # the first of the senders that exist
    await shows(d, "2 · Audience", "leads.csv", "from yours: scp")


async def imported(d: Steps) -> None:
    """The second step by keys: a path completed by tab, its report, the import."""
    await types(d, "le")
    await d.press("tab")
    await d.until(lambda: d.app.screen.query_one("#file", Input).value == "leads.csv")
    await d.press("enter")
    await shows(d, "5 rows. Nothing is stored yet", "2 would join", "custom.pet")
    await d.press("ctrl+s")
    await shows(d, "5 rows read.", "2 in the draft")
