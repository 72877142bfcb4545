"""Creating campaigns and importing contacts: a small audience at once, a large one at a steady memory."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench import seed
from tests.bench.import_once import NOW
from tests.bench.people import write_people
from tests.bench.table import Table
from trd_tui.clock import VirtualClock
from trd_tui.domain.definition import parse_definition
from trd_tui.services import campaigns, imports
from trd_tui.services.actor import Actor
from trd_tui.store.database import Database

AUDIENCE = 156
FEW = 1_000
MANY = 1_000_000
MANY_QUICK = 100_000
_TIMES = 15


async def create_often(folder: Path) -> tuple[list[float], list[float]]:
    """Milliseconds of creating a campaign with its audience, and of starting it."""
    file = folder / "audience.csv"
    write_people(file, AUDIENCE)
    db = Database(seed.new_database(folder / "create.db"))
    clock, actor = VirtualClock.starting(NOW), Actor(1, "bench", "bench")
    touches = [{"day": day, "body": f"Hi {{{{first_name|there}}}}, day {day}."} for day in range(1, 10)]
    creating, starting = [], []
    for at in range(_TIMES):
        begun = time.perf_counter()
        definition = parse_definition(
            {"name": f"Spring {at}", "sender": seed.SENDER, "timezone": "America/New_York", "touch": touches}
        )
        looked = imports.look_through(file)
        report = await imports.create_with_contacts(db, clock, actor, definition, looked)
        creating.append((time.perf_counter() - begun) * 1000)
        begun = time.perf_counter()
        await campaigns.start(db, clock, actor, [str(report.campaign_id)])
        starting.append((time.perf_counter() - begun) * 1000)
    await db.close()
    return creating, starting


def in_process(how: str, file: Path, database: Path) -> dict[str, Any]:
    """One import in a fresh process and a fresh database."""
    seed.new_database(database)
    command = [sys.executable, "-m", "tests.bench.import_once", how, str(file), str(database)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    database.unlink()
    return found


def main(*, quick: bool = False) -> Table:
    """Measure and return the table."""
    many = MANY_QUICK if quick else MANY
    table = Table("create and import", f"{many:,} rows against csv + sqlite3 by hand, same rows rejected")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        creating, starting = asyncio.run(create_often(folder))
        table.row(f"the first campaign with {AUDIENCE} contacts", f"{creating[0]:.1f} ms")
        table.within_ms(f"a campaign with {AUDIENCE} contacts, median", median(creating), 100)
        table.row("starting it, median", f"{median(starting):.1f} ms")
        write_people(folder / "few.csv", FEW)
        write_people(folder / "many.csv", many)
        by_hand = in_process("raw", folder / "many.csv", folder / "raw.db")
        ours = in_process("ours", folder / "many.csv", folder / "ours.db")
        little = in_process("ours", folder / "few.csv", folder / "few.db")
        counts = [{name: run[name] for name in ("added", "rejected", "repeated")} for run in (by_hand, ours)]
        assert counts[0] == counts[1], counts
        table.row("by hand", f"{many / by_hand['seconds']:,.0f} rows/s", "1.00")
        ratio = by_hand["seconds"] / ours["seconds"]
        table.at_least("services/imports.py", f"{many / ours['seconds']:,.0f} rows/s", ratio, 0.4)
        table.row(f"peak memory, {FEW:,} rows", f"{little['peak_kib'] / 1024:.0f} MiB", "1.00")
        growth = ours["peak_kib"] / little["peak_kib"]
        table.at_most(f"peak memory, {many:,} rows", f"{ours['peak_kib'] / 1024:.0f} MiB", growth, 1.5)
    return table


if __name__ == "__main__":
    main().show()
