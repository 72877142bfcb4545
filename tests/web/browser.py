"""A real Chromium without a window, driven through DevTools: what it shows and what its keys do."""

from __future__ import annotations

import asyncio
import base64
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.support.command import eventually

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_S, LOOK_S = 30.0, 0.03

_FIND_TERMINAL = """
Object.defineProperty(Object.prototype, "fitAddon", {
  configurable: true,
  set(addon) {
    Object.defineProperty(this, "fitAddon", {value: addon, writable: true, configurable: true});
    window.shown = this.terminal;
  },
});
"""
"""Run before the page's own scripts: remembers the terminal when the page makes it."""

_TEXT = """
(() => {
  if (!window.shown) return "";
  const buffer = window.shown.buffer.active, lines = [];
  for (let y = 0; y < window.shown.rows; y++) lines.push(buffer.getLine(y).translateToString(true));
  return lines.join("\\n");
})()
"""

_KEYS = {"Enter": ("\r", 13), "Escape": ("", 27), "ArrowDown": ("", 40), "ArrowUp": ("", 38)}


class Page:
    """A page with a terminal in it."""

    def __init__(self, line: aiohttp.ClientWebSocketResponse) -> None:
        self._line = line
        self._count = 0

    async def ask(self, method: str, **values: object) -> dict[str, Any]:
        """Call DevTools."""
        self._count += 1
        await self._line.send_json({"id": self._count, "method": method, "params": values})
        while True:
            answer = await self._line.receive_json(timeout=PATIENCE_S)
            if answer.get("id") == self._count:
                assert "error" not in answer, answer["error"]
                result: dict[str, Any] = answer["result"]
                return result

    async def open(self, url: str) -> None:
        """Go to an address."""
        await self.ask("Page.enable")
        await self.ask("Emulation.setFocusEmulationEnabled", enabled=True)  # as a window at the front
        await self.ask("Page.addScriptToEvaluateOnNewDocument", source=_FIND_TERMINAL)
        await self.ask("Page.navigate", url=url)

    async def evaluate(self, script: str) -> Any:
        """Run a script in the page."""
        answer = await self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        return answer["result"].get("value")

    async def text(self) -> str:
        """What the terminal in the page shows."""
        return str(await self.evaluate(_TEXT))

    async def until(self, shown: Callable[[str], object]) -> str:
        """Wait until the terminal shows something; answers all of it."""
        text = ""
        for _ in range(int(PATIENCE_S / LOOK_S)):
            if shown(text := await self.text()):
                return text
            await asyncio.sleep(LOOK_S)
        raise AssertionError(f"it does not come to be shown; the last was:\n{text}")

    async def until_left(self) -> None:
        """Wait until the page says that its app has ended."""
        await self.until(lambda _text: True)
        for _ in range(int(PATIENCE_S / LOOK_S)):
            if await self.evaluate("document.body.classList.contains('-closed')"):
                return
            await asyncio.sleep(LOOK_S)
        raise AssertionError("the app does not end")

    async def press(self, *keys: str) -> None:
        """Press keys, as a person would."""
        for key in keys:
            text, code = _KEYS.get(key, (key, ord(key.upper()[0])))
            about = {"key": key, "windowsVirtualKeyCode": code}
            await self.ask("Input.dispatchKeyEvent", type="keyDown", text=text, **about)
            await self.ask("Input.dispatchKeyEvent", type="keyUp", **about)

    async def picture(self) -> bytes:
        """The page as a PNG."""
        return base64.b64decode((await self.ask("Page.captureScreenshot"))["data"])


@contextmanager
def running_browser(folder: Path) -> Iterator[str]:
    """A browser's address for DevTools, until the block ends; fails with a sentence where there is none."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.fail("there is no Chromium; install it with: apt-get install chromium")
    process = subprocess.Popen(
        [
            program, "--headless=new", "--no-sandbox", "--no-first-run", "--hide-scrollbars",
            "--enable-unsafe-swiftshader",  # the terminal draws with WebGL
            "--window-size=1200,800", "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    port = folder / "DevToolsActivePort"
    try:
        eventually("the browser listens", lambda: port.exists() and port.read_text().split())
        yield f"http://127.0.0.1:{port.read_text().split()[0]}"
    finally:
        process.terminate()
        process.wait(10)


@asynccontextmanager
async def first_page(browser: str) -> AsyncIterator[Page]:
    """The browser's empty page, until the block ends."""
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{browser}/json/list") as answer:
            pages = [each for each in await answer.json() if each["type"] == "page"]
        async with session.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=0) as line:
            yield Page(line)
