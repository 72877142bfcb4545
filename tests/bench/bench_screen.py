"""The app in a real terminal: first paint beside Textual's hello-world, keys at rest and while it sends."""

from __future__ import annotations

import re
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median

from tests.bench import seed
from tests.bench.seed_messages import Middle, put_in
from tests.bench.table import Table, percentile
from tests.bench.terminal import Painted, Terminal
from trd_tui.clock import real_now

CAMPAIGNS = 10_000
CONTACTS, CONTACTS_QUICK = 1_000_000, 50_000
DUE, DUE_QUICK = 400_000, 100_000
FIRST_DUE = 2_000_000
KEYS, KEYS_QUICK = 120, 40
FRAME, OPENED = b"Sent today", b"sending here"
HELLO = [sys.executable, "-m", "tests.bench.hello_app"]
TRD = [sys.executable, "-m", "trd_tui"]


def build(file: Path, contacts: int, due: int) -> None:
    """Ten thousand campaigns, a paused crowd, and one whose messages wait for `let_go`."""
    seed.new_database(file)
    now = real_now()
    with seed.opened(file) as connection:
        put_in(connection, Middle(100, contacts, 0, status="paused"), now)
        put_in(connection, Middle(200, due, 0, first=FIRST_DUE, status="paused"), now)
        seed.campaigns(connection, CAMPAIGNS - 300, now)
        # nothing is due by itself, and nothing waits for the morning
        connection.execute("UPDATE campaigns SET window_from = 0, window_to = 1440")
        connection.execute("UPDATE campaigns SET next_due_at = NULL WHERE status = 'active'")


def let_go(file: Path) -> None:
    """Make the waiting crowd active, as another process would."""
    with closing(sqlite3.connect(file, timeout=10, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        first = f"camp_{FIRST_DUE:09d}"
        connection.execute("UPDATE campaigns SET status = 'active' WHERE id >= ? AND id < 'camp_1'", (first,))
        seed.sum_up(connection)
        connection.execute("COMMIT")


def first_paint(environment: dict[str, str], times: int, table: Table) -> None:
    """Exec to the frame's text on the terminal, in turns."""
    hello, frame, opened = [], [], []
    for at in range(times + 1):
        with Terminal(HELLO, environment) as terminal:
            floor = terminal.until(b"Hello, World!")
        with Terminal(TRD, environment) as terminal:
            painted, ready = terminal.until(FRAME), terminal.until(OPENED)
        if at:  # the first of each warms the caches
            hello.append(floor)
            frame.append(painted)
            opened.append(ready)
    table.row("first paint, Textual's hello-world", f"{median(hello):.0f} ms", "1.00")
    ratio = median(ours / theirs for ours, theirs in zip(frame, hello, strict=True))
    table.at_most("first paint, TRD", f"{median(frame):.0f} ms", ratio, 1.3)
    table.row("the product opened, the list filled", f"{median(opened):.0f} ms")


def _said(answers: list[Painted]) -> str:
    ms = [answer.ms for answer in answers]
    size = median(answer.size for answer in answers)
    return f"p50 {percentile(ms, 0.5):.1f}, p95 {percentile(ms, 0.95):.1f} ms, {size:,.0f} bytes"


def at_rest(terminal: Terminal, keys: int, table: Table) -> None:
    """Keys while nothing else happens; until the last byte of the answer."""
    moves = [terminal.key(b"j") for _ in range(30)]
    moves += [terminal.key(b"k" if at % 2 else b"j") for at in range(keys)]
    table.row("a cursor key, until all is painted", _said(moves))
    pages = [terminal.key(b"\x1b[6~" if at % 2 == 0 else b"\x1b[5~") for at in range(keys // 4)]
    table.row("a page key, until all is painted", _said(pages))
    terminal.key(b"/")
    letters = []
    for _ in range(max(1, keys // 24)):
        letters += [terminal.key(letter.encode(), quiet=0.15) for letter in "spring"]
        letters += [terminal.key(b"\x7f", quiet=0.15) for _ in "spring"]
    table.row("a search letter, its 50 ms of waiting included", _said(letters))
    terminal.key(b"\x1b", quiet=0.3)
    terminal.settle()


def while_sending(terminal: Terminal, file: Path, keys: int, table: Table) -> None:
    """A cursor key while the engine sends in the same process: until the cursor stands on its new row.

    The list is sorted by name, so that what is sent does not move it. Live figures are painted all the time:
    what is waited for is the cursor's bar on another line.
    """
    terminal.key(b"s", quiet=0.2)
    terminal.key(b"n", quiet=0.3)
    terminal.key(b"\x1b[H", quiet=0.3)
    terminal.key(b"j", quiet=0.3)
    terminal.settle()
    line = _bar_lines(terminal.seen)[-1]
    let_go(file)
    begun = _sent(file)
    while _sent(file) < begun + 2_000:
        terminal.read(0.05)
    begun, begun_at = _sent(file), time.perf_counter()
    answers = []
    for at in range(keys):
        down = at % 20 < 10
        line += 1 if down else -1
        answers.append(terminal.key_until(b"j" if down else b"k", _bar_on(line)))
        terminal.settle(quiet=0.02, most=0.15)
    rate = (_sent(file) - begun) / (time.perf_counter() - begun_at)
    table.row("the engine beside it sends", f"{rate:,.0f}/s")
    table.row("a cursor key while it sends, p50", f"{percentile(answers, 0.5):.1f} ms")
    table.within_ms(f"a cursor key while it sends, p95 of {keys}", percentile(answers, 0.95), 33)


def _sent(file: Path) -> int:
    with closing(sqlite3.connect(file, timeout=10)) as connection:
        return int(connection.execute("SELECT sum(sent_count) FROM totals").fetchone()[0])


def _bar_lines(painted: bytes | bytearray) -> list[int]:
    return [int(line) for line in re.findall(rb"\x1b\[(\d+);\d+H(?:\x1b\[[\d;]*m)*\xe2\x96\x8c", painted)]


def _bar_on(line: int) -> re.Pattern[bytes]:
    return re.compile(rb"\x1b\[%d;\d+H(?:\x1b\[[\d;]*m)*\xe2\x96\x8c" % line)


def main(*, quick: bool = False) -> Table:
    """Measure and return the table."""
    contacts, due = (CONTACTS_QUICK, DUE_QUICK) if quick else (CONTACTS, DUE)
    keys = KEYS_QUICK if quick else KEYS
    table = Table("screen", f"120x40, {CAMPAIGNS:,} campaigns, {contacts + due:,} contacts")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "trd.db"
        build(file, contacts, due)
        environment = {
            "TRD_DATABASE_URL": f"sqlite:///{file}",
            **dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), folder),
        }
        first_paint(environment, 3 if quick else 7, table)
        with Terminal(TRD, environment) as terminal:
            terminal.until(OPENED)
            terminal.settle()
            at_rest(terminal, keys, table)
            table.row("peak memory", f"{terminal.peak_mib():.0f} MiB")
            while_sending(terminal, file, keys, table)
    return table


if __name__ == "__main__":
    main().show()
