"""Tab in a question for a file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from textual.widgets import Input, Static

from tests.support.screen import driving
from trd_tui.tui.paths import AskFile

FILES = [f"leads-{number:02}.csv" for number in range(13)]


async def test_tab_completes_as_far_as_it_is_clear_and_names_what_may_be_meant() -> None:
    answers = asyncio.Event()
    answers.set()

    async def complete(typed: str) -> tuple[str, Sequence[str]]:
        await answers.wait()
        meant = [name for name in FILES if name.startswith(typed)]
        return (meant[0] if len(meant) == 1 else "leads-" if typed == "le" else typed), meant

    async with driving() as d:
        d.app.push_screen(AskFile("Import", "Where is it?", "import", complete=complete))
        await d.settle()
        line = d.app.screen.query_one(Input)

        async def presses(*keys: str) -> tuple[str, str]:
            await d.press(*keys)
            return line.value, str(d.app.screen.query_one("#dialog-wrong", Static).content)

        twelve = "  ".join(FILES[:12]) + " …"
        assert await presses("tab") == ("", twelve)  # nothing is typed: which are there?
        assert await presses("l", "e", "tab") == ("leads-", twelve)
        assert await presses("1", "tab") == ("leads-1", "  ".join(FILES[10:]))
        answers.clear()
        await d.pilot.press("1", "tab", "x")  # a letter comes before the answer
        answers.set()
        assert await presses() == ("leads-11x", "")
        assert await presses("backspace", "tab") == ("leads-11.csv", "")
        assert line.cursor_position == len("leads-11.csv")
