"""``trd web`` in a real browser: the table paints, a key moves the cursor, a campaign opens."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support.command import Background, command
from tests.web.browser import first_page, running_browser

pytestmark = pytest.mark.system


def address(running: Background) -> str:
    """Where it says that the app is."""
    running.wait_for("it says where it listens", lambda: running.says("the app is at http"))
    found = re.search(r"the app is at (http://\S+?)\"", running.log.read_text())
    assert found is not None
    return found[1]


def under_cursor(text: str) -> str:
    """The row at which the cursor's bar stands."""
    return next((line for line in text.splitlines() if line.startswith("▌")), "")


async def test_the_app_in_a_browser(tmp_path: Path) -> None:
    with command(tmp_path) as trd, running_browser(tmp_path / "browser") as browser:
        trd.ok("demo", "--headless", "--keep", trd.database)
        running = trd.begin("web", "--port", 0)
        async with first_page(browser) as page:
            await page.open(address(running))
            text = await page.until(lambda text: " 912 " in text and under_cursor(text))
            assert await page.evaluate("document.title") == "TRD"
            first = under_cursor(text)
            await page.press("j")
            second = under_cursor(await page.until(lambda text: under_cursor(text) not in ("", first)))
            await page.press("Enter")
            name = re.split(r"\s{2,}", second.strip("▌ "))[0]
            text = await page.until(lambda text: "Summary" in text and name in text)
            await page.press("Escape")
            await page.until(lambda text: under_cursor(text) == second)
            assert len(await page.picture()) > 20_000, "not an empty page"
            await page.until(lambda text: "sending here" in text)
            await page.press("q")
            await page.until(lambda text: "this app alone sends" in text)
            await page.press("y")
            await page.until_left()
        assert running.end() == 0
        said = [json.loads(line) for line in running.log.read_text().splitlines()]
        assert {line["level"] for line in said} == {"info"}
        trd.ok("verify")
