"""The app in a real terminal: first paint beside Textual's hello-world, keys at rest and while it sends."""

from __future__ import annotations

import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from string import ascii_lowercase
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import text

from tests.bench import seed
from tests.bench.seed_messages import Middle, put_in
from tests.bench.table import Table, percentile
from tests.bench.terminal import Painted, Terminal
from tests.bench.thin_line import held_key
from tests.support.world import ZONE
from trd_tui.clock import Anchor, real_now
from trd_tui.store.control import set_anchor
from trd_tui.store.database import SyncDatabase

CAMPAIGNS = 10_000
CONTACTS, CONTACTS_QUICK = 1_000_000, 50_000
DUE, DUE_QUICK = 400_000, 100_000
FIRST_DUE = 2_000_000
WIDE, FIRST_WIDE = 100_000, 5_000_000
WIDE_NAME = "Aardvark"
WIDE_SENT = re.compile(rb"200,000")
"""What its headline says: it comes with the campaign's own figures."""
NUMBER = re.compile(rb"\+1[0-9 ()-]{9,}")
KEYS, KEYS_QUICK = 120, 40
FRAME, OPENED = b"Sent today", b"sending here"
ROWS = re.compile(rb"\b(?:paused|completed|draft)\b")
"""A status in the list; the tabs write theirs with capitals."""
HELLO = [sys.executable, "-m", "tests.bench.hello_app"]
LIST = [sys.executable, "-m", "tests.bench.table_app"]
TRD = [sys.executable, "-m", "trd_tui"]


def build(file: Path, contacts: int, due: int) -> None:
    """Ten thousand campaigns, a paused crowd, and one whose messages wait for `let_go`."""
    seed.new_database(file)
    now = noon_of_a_wednesday()
    with seed.opened(file) as connection:
        put_in(connection, Middle(100, contacts, 0, status="paused"), now)
        put_in(connection, Middle(200, due, 0, first=FIRST_DUE, status="paused"), now)
        put_in(connection, Middle(1, WIDE, 2, first=FIRST_WIDE, status="paused"), now)
        connection.execute(
            "UPDATE campaigns SET name = ?, name_folded = ? WHERE id = ?",
            (WIDE_NAME, WIDE_NAME.casefold(), f"camp_{FIRST_WIDE:09d}"),
        )
        seed.campaigns(connection, CAMPAIGNS - 301, now)
        # nothing is due by itself, and nothing waits for the morning
        connection.execute("UPDATE campaigns SET window_from = 0, window_to = 1440")
        connection.execute("UPDATE campaigns SET next_due_at = NULL WHERE status = 'active'")
    # the app's clock goes on from there: it sends, and paints the same, at whatever hour this is measured
    database = SyncDatabase(f"sqlite:///{file}")
    database.write(set_anchor, Anchor(real_now(), now, 1.0))
    database.close()


def noon_of_a_wednesday() -> int:
    """The last Wednesday's noon in New York: an hour at which everybody of the crowd may be texted."""
    now = datetime.fromtimestamp(real_now() / 1000, ZoneInfo(ZONE))
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    wednesday = noon - timedelta(days=(now.weekday() - 2) % 7)
    return int(wednesday.timestamp() * 1000)


def let_go(file: Path) -> None:
    """Make the waiting crowd active, as another process would."""
    with closing(sqlite3.connect(file, timeout=10, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        first = f"camp_{FIRST_DUE:09d}"
        connection.execute("UPDATE campaigns SET status = 'active' WHERE id >= ? AND id < 'camp_1'", (first,))
        seed.sum_up(connection)
        connection.execute("UPDATE control SET writes = writes + 1")
        connection.execute("COMMIT")


class Start(NamedTuple):
    """What one start took: milliseconds by the clock, and of a processor."""

    ms: float
    cpu_ms: float


def _start(command: list[str], environment: dict[str, str], *texts: bytes | re.Pattern[bytes]) -> list[Start]:
    with Terminal(command, environment) as terminal:
        return [Start(terminal.until(text), terminal.cpu_ms()) for text in texts]


def first_paint(environment: dict[str, str], times: int, table: Table) -> None:
    """Exec to the frame's text on the terminal, in turns: each of ours beside one of Textual's."""
    pairs = []
    for _ in range(times + 1):
        [hello] = _start(HELLO, environment, b"Hello, World!")
        pairs.append((hello, *_start(TRD, environment, FRAME, ROWS)))
    del pairs[0]  # it has warmed the caches and compiled the modules
    hellos, frames, rows = zip(*pairs, strict=True)

    def ratio(theirs: Sequence[float], ours: Sequence[float]) -> float:
        return median(our / their for their, our in zip(theirs, ours, strict=True))

    floor, floor_cpu = [hello.ms for hello in hellos], [hello.cpu_ms for hello in hellos]
    paint, paint_cpu = [frame.ms for frame in frames], [frame.cpu_ms for frame in frames]
    table.row("first paint, Textual's hello-world", f"{median(floor):.0f} ms", "1.00")
    table.at_most("first paint, TRD", f"{median(paint):.0f} ms", ratio(floor, paint), 1.3)
    busy = f"{median(paint_cpu):.0f} ms of {median(floor_cpu):.0f}"
    table.row("the same in processor time", busy, f"{ratio(floor_cpu, paint_cpu):.2f}")
    filled = [row.ms for row in rows]
    table.at_most("first rows, TRD", f"{median(filled):.0f} ms", ratio(floor, filled), 3.0)


class Floor(NamedTuple):
    """A cursor key in Textual's own table of a thousand rows: bytes, and milliseconds at p95."""

    size: float
    ms: float


def bare_table(environment: dict[str, str], keys: int) -> Floor:
    """What a cursor key costs there."""
    with Terminal(LIST, environment) as terminal:
        terminal.until(b"Campaign 00001")
        terminal.settle()
        moves = [terminal.key(b"j" if at % 2 else b"\x1b[B") for at in range(2, keys)]
        return Floor(median(move.size for move in moves), percentile([move.ms for move in moves], 0.95))


def at_leisure(terminal: Terminal, seconds: float, table: Table) -> None:
    """What an app costs at which nobody looks, a minute."""
    terminal.settle(1.0)
    before, spent = len(terminal.seen), terminal.cpu_ms()
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        terminal.read(0.5)
    share = 60 / seconds
    busy = (terminal.cpu_ms() - spent) / 1000 * share
    table.row("an idle minute: processor", f"{busy:.2f} s", "", "under 1 s", kept=busy < 1)
    painted = (len(terminal.seen) - before) * share
    table.row("an idle minute: painted", f"{painted:,.0f} bytes", "", "at most 3,000", kept=painted <= 3_000)


def _said(answers: list[Painted]) -> str:
    ms = [answer.ms for answer in answers]
    size = median(answer.size for answer in answers)
    return f"p50 {percentile(ms, 0.5):.1f}, p95 {percentile(ms, 0.95):.1f} ms, {size:,.0f} bytes"


def at_rest(terminal: Terminal, keys: int, floor: Floor, table: Table) -> None:
    """Keys while nothing else happens; until the last byte of the answer."""
    moves = [terminal.key(b"j") for _ in range(30)]
    moves += [terminal.key(b"k" if at % 2 else b"j") for at in range(keys)]
    p95 = percentile([move.ms for move in moves], 0.95)
    table.within_ms("a cursor key at rest, p95", p95, 33)
    table.at_most("the same beside a bare DataTable's", f"{floor.ms:.1f} ms", p95 / floor.ms, 1.0)
    table.row("a cursor key, until all is painted", _said(moves))
    size = median(move.size for move in moves)
    table.at_most("bytes of a cursor key, beside a bare DataTable's", f"{size:,.0f}", size / floor.size, 1.1)
    pages = [terminal.key(b"\x1b[6~" if at % 2 == 0 else b"\x1b[5~") for at in range(keys // 4)]
    table.row("a page key, until all is painted", _said(pages))
    terminal.key(b"/")
    letters = []
    for _ in range(max(1, keys // 24)):
        letters += [terminal.key(letter.encode(), quiet=0.15) for letter in "spring"]
        letters += [terminal.key(b"\x7f", quiet=0.15) for _ in "spring"]
    p95 = percentile([letter.ms for letter in letters], 0.95)
    table.within_ms("a search letter, until its rows are painted, p95", p95, 100)
    terminal.key(b"\x1b", quiet=0.3)
    terminal.settle()


def whole_screens(environment: dict[str, str], table: Table) -> None:
    """A page of the list, and the whole screen painted anew, in bytes: in true colour and in 256 colours."""
    for name, colours, most in (("true colour", "truecolor", 20_000), ("256 colours", "", 14_000)):
        with Terminal(TRD, {**environment, "COLORTERM": colours}) as terminal:
            terminal.until(OPENED)
            terminal.settle()
            page = max(terminal.key(key, quiet=0.2).size for key in (b"\x1b[6~", b"\x1b[5~", b"\x1b[6~"))
            whole = terminal.key(b"\x0c", quiet=0.3).size
        said = f"{page:,}; {whole:,} bytes"
        kept = max(page, whole) <= most
        table.row(f"a page; the screen anew, in {name}", said, "", f"at most {most:,}", kept=kept)


def opening(terminal: Terminal, times: int, table: Table) -> None:
    """The campaign with very many contacts: its figures, its contacts, and a page further in these."""
    _search(terminal, WIDE_NAME)
    figures, rows, pages = [], [], []
    for _ in range(times + 1):
        figures.append(terminal.key_until(b"\r", WIDE_SENT))
        terminal.settle()
        rows.append(terminal.key_until(b"3", NUMBER))
        terminal.settle()
        for _ in range(5):
            pages.append(terminal.key(b"\x1b[6~").ms)
            terminal.settle(quiet=0.05)
        terminal.key(b"1", quiet=0.3)
        terminal.key(b"\x1b", quiet=0.3)
    del figures[0], rows[0]  # the first reads the screen's style sheets
    table.within_ms(
        f"opening a campaign with {WIDE:,} contacts, p95 of {times}", percentile(figures, 0.95), 150
    )
    table.within_ms("its contacts' first rows, p95", percentile(rows, 0.95), 150)
    table.within_ms("a page further in them, p95, until all is painted", percentile(pages, 0.95), 100)
    _search(terminal, "")


def _search(terminal: Terminal, words: str) -> None:
    """Leave only campaigns of these words in the list; all of them without words."""
    terminal.key(b"/")
    for letter in words:
        terminal.key(letter.encode())
    terminal.key(b"\r" if words else b"\x1b", quiet=0.3)
    terminal.settle()


def by_others(terminal: Terminal, file: Path, times: int, table: Table) -> None:
    """Another process writes while nobody does anything here: from its commit until that is painted."""
    _search(terminal, WIDE_NAME)
    database = SyncDatabase(f"sqlite:///{file}")
    rename = text("UPDATE campaigns SET name = :name WHERE id = :id")
    seen = []
    for at in range(times):
        word = ascii_lowercase[at % 26] * 6
        values = {"name": f"{WIDE_NAME} {word}", "id": f"camp_{FIRST_WIDE:09d}"}
        written = partial(
            database.write, lambda connection, values: connection.execute(rename, values), values
        )
        seen.append(terminal.after(written, re.compile(word.encode())))
        terminal.settle(quiet=0.1 + at % 7 * 0.02)  # the next comes at any moment between two looks
    database.close()
    _search(terminal, "")
    table.within_ms(f"a change by another process, painted, p95 of {times}", percentile(seen, 0.95), 300)


def on_a_thin_line(terminal: Terminal, table: Table) -> None:
    """A key held for three seconds, 30 times a second, at the end of 20 kB/s and 120 ms there and back."""
    terminal.key(b"g", quiet=0.3)
    behind, size = held_key(terminal, b"j", 3.0)
    kept = behind <= 300
    table.row("a held key on a thin line, painted after its release", f"{behind:.0f} ms", f"{size:,} bytes",
              "at most 300 ms", kept=kept)  # fmt: skip
    terminal.key(b"g", quiet=0.3)
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
    deadline = time.perf_counter() + 60
    while _sent(file) < begun + 2_000:
        if time.perf_counter() > deadline:
            raise TimeoutError(f"the engine sent {_sent(file) - begun} texts in a minute")
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
        first_paint(environment, 3 if quick else 9, table)
        floor = bare_table(environment, keys)
        whole_screens(environment, table)
        with Terminal(TRD, environment) as terminal:
            terminal.until(OPENED)
            terminal.settle()
            at_leisure(terminal, 20 if quick else 60, table)
            at_rest(terminal, keys, floor, table)
            opening(terminal, 5 if quick else 20, table)
            by_others(terminal, file, 10 if quick else 40, table)
            on_a_thin_line(terminal, table)
            table.row("peak memory", f"{terminal.peak_mib():.0f} MiB")
            while_sending(terminal, file, keys, table)
    return table


if __name__ == "__main__":
    main().show()
