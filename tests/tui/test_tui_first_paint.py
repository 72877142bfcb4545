"""The frame is painted before the product is imported, in a fresh interpreter."""

import json
import subprocess
import sys

PROGRAM = """
import asyncio, json, sys
from trd_tui.tui.app import TrdApp
from tests.support.fake_desk import FakeDesk

HEAVY = ("sqlalchemy", "aiosqlite", "twilio", "alembic", "phonenumbers", "trd_tui.wiring")
seen = {}

async def open_desk():
    # Called after the first paint: what is on the screen, and what has been imported by now?
    lines = app.screen._compositor.render_strips()
    seen["text"] = "\\n".join("".join(s.text for s in strip) for strip in lines)
    seen["heavy"] = [name for name in HEAVY if name in sys.modules]
    return FakeDesk()

app = TrdApp(open_desk, poll=3600, theme="trd-dark")

async def main():
    async with app.run_test(size=(120, 40)) as pilot:
        while not seen:
            await pilot.pause(0.01)

asyncio.run(main())
print(json.dumps(seen))
"""


def test_nothing_heavy_is_imported_before_the_first_paint() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60
    )
    seen = json.loads(done.stdout)
    assert seen["heavy"] == []
    for word in ("TRD", "opening", "Active", "Sent today", "1 All", "5 Draft", "Name", "Progress", "stop"):
        assert word in seen["text"]


def test_launching_imports_no_product() -> None:
    program = (
        "import sys, trd_tui.tui.launch; print([n for n in ('sqlalchemy', 'twilio') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
