"""The frame is painted before the product is imported, in a fresh interpreter."""

import json
import subprocess
import sys
from pathlib import Path

from tests.bench.terminal import Terminal
from tests.support.fake_desk import FakeDesk
from trd_tui.tui.app import TrdApp

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


EXTRA = frozenset({"gc", "gettext", "logging.handlers"})
"""What the app may import beyond Textual's hello-world before its first paint, besides its own modules."""

LATER = frozenset(
    f"trd_tui.{name}"
    for name in (
        "cli.output", "cli.parser", "services.views", "tui.campaign.screen", "tui.desk", "tui.dialogs",
        "tui.help", "tui.menu", "tui.row_menu", "tui.service_desk", "tui.overview.side", "wiring",
    )
)  # fmt: skip
"""What the home does without until a key or the data asks for it."""

AFTER_ROWS = frozenset(
    f"trd_tui.{name}"
    for name in (
        "carriers.protocol", "carriers.simulated", "domain.clearance", "engine.options", "engine.scheduler",
        "services.export", "services.previews", "services.review", "services.spending", "store.planning",
        "store.sequences", "tui.campaign.screen",
    )
) | {"twilio"}  # fmt: skip
"""What acts, plans and sends: each of these groups costs 5 to 30 ms, and the first rows do without."""

OWN_AT_MOST = 53
"""Modules of its own that it may have imported by then; each costs about a third of a millisecond."""

START = """
import json, os, runpy, signal, sys
import textual.drivers.linux_driver as driver

text, module, file = sys.argv[1:]
sys.argv = [module]
write = driver.LinuxDriver.write

def written(self, data):
    if text in data:  # the very bytes of the first frame: what has been imported by now?
        with open(file, "w") as told:
            json.dump(sorted(sys.modules), told)
        os.write(1, b"told")
        signal.pause()  # what is still in the terminal would be lost with it
    write(self, data)

driver.LinuxDriver.write = written
runpy.run_module(module, run_name="__main__")
"""


def modules_at_first_paint(text: str, module: str, home: Path) -> frozenset[str]:
    """Start a program in a pseudo-terminal; the modules it has imported when it paints a text."""
    told = home / f"{module}.json"
    environment = {
        "TRD_DATABASE_URL": f"sqlite:///{home}/trd.db",
        **dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), str(home)),
    }
    with Terminal([sys.executable, "-c", START, text, module, str(told)], environment) as terminal:
        terminal.until(b"told")
    return frozenset(json.loads(told.read_text()))


def test_the_app_imports_hardly_more_than_hello_world_before_its_first_paint(tmp_path: Path) -> None:
    hello = modules_at_first_paint("Hello, World!", "tests.bench.hello_app", tmp_path)
    trd = modules_at_first_paint("opening", "trd_tui", tmp_path)
    own = {name for name in trd if name.partition(".")[0] == "trd_tui"}
    widths = {name for name in trd if name.startswith("rich._unicode_data.")}  # of the terminal's Unicode
    assert trd - hello - own - widths <= EXTRA
    assert own & LATER == set()
    assert len(own) <= OWN_AT_MOST, sorted(own)


def test_the_first_rows_come_before_what_acts_and_sends_is_imported(tmp_path: Path) -> None:
    assert modules_at_first_paint("demonstration", "trd_tui", tmp_path) & AFTER_ROWS == set()


async def test_no_virtual_widget_is_styled_before_the_first_paint() -> None:
    async def open_desk() -> FakeDesk:
        return FakeDesk()

    app = TrdApp(open_desk, poll=3600)
    async with app.run_test(size=(120, 40)):
        styled = [widget for widget in app.screen.walk_children() if widget._component_styles]
    assert styled == []
