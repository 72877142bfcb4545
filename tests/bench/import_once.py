"""One import in a process of its own, so that its peak memory is its own: ``ours|raw FILE DATABASE``."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

NOW = 1_767_600_000_000


def ours(file: Path, database: Path) -> dict[str, int]:
    """Through the product's service."""
    from trd_tui.clock import VirtualClock
    from trd_tui.services import imports
    from trd_tui.services.actor import Actor
    from trd_tui.store.database import Database

    async def run() -> dict[str, int]:
        db = Database(f"sqlite:///{database}")
        clock, actor = VirtualClock.starting(NOW), Actor(1, "bench", "bench")
        report = await imports.import_contacts(db, clock, actor, imports.look_through(file))
        await db.close()
        return {name: getattr(report, name) for name in ("added", "rejected", "repeated")}

    return asyncio.run(run())


def raw(file: Path, database: Path) -> dict[str, int]:
    """By hand."""
    from tests.bench.raw_import import import_people

    return import_people(file, database, NOW)


def peak_kib() -> int:
    """The process's peak memory. On Linux ``ru_maxrss`` starts with the parent's: ask for its own."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
        return int(lines[0].split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    """Import, and say as JSON how long it took and what it held."""
    how, file, database = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    begun = time.perf_counter()
    counts = {"ours": ours, "raw": raw}[how](file, database)
    seconds = time.perf_counter() - begun
    print(json.dumps({**counts, "seconds": seconds, "peak_kib": peak_kib()}))


if __name__ == "__main__":
    main()
