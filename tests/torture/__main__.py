"""The long form.

``python -m tests.torture --kills 500 --policy hold --carrier peer --database sqlite --seed 1``: senders that
are killed; a line a stage, then a table; exit 1 with the seed where anything was wrong.

``python -m tests.torture --stops 30`` measures instead how long after a stop the last call comes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.postgres import Cluster
from tests.torture.latency import WEATHER, latency_lines, stop_latencies
from tests.torture.report import final_table, stage_line
from tests.torture.scene import CARRIER_STORM, SOON, STORM, clean_folder, scene
from tests.torture.schedule import deaths
from tests.torture.stage import Stage, torture

STAGE_KILLS = 50
"""After so many kills a database is judged and the next one begun, so that a fault is seen soon."""


def one_stage(folder: Path, kills: int, seed: int, *, carrier: str, policy: str, url: str | None) -> Stage:
    """Torture one new database."""
    weather = STORM if carrier == "peer" else CARRIER_STORM
    with scene(folder, carrier, url, weather=weather, TRD_UNKNOWN_POLICY=policy, **SOON) as made:
        return torture(made, kills, deaths(seed), seed)


@contextmanager
def databases(kind: str) -> Iterator[Iterator[str | None]]:
    """New databases, one after the other: PostgreSQL's addresses, or nothing for SQLite."""
    if kind == "sqlite":
        yield iter(lambda: None, 0)
        return
    cluster = Cluster()
    try:
        yield iter(lambda: cluster.url(cluster.create()), "")
    finally:
        cluster.close()


def stops(folder: Path, times: int, database: str) -> dict[str, list[int]]:
    """Measure each way to stop so many times."""
    with databases(database) as urls, scene(folder, "peer", next(urls), weather=WEATHER, **SOON) as made:
        return stop_latencies(made, times)


def long_form(
    kills: int, *, carrier: str, policy: str, database: str, seed: int, folder: Path
) -> list[Stage]:
    """All stages; prints a line for each and what is wrong with it."""
    stages: list[Stage] = []
    sizes = [min(STAGE_KILLS, kills - done) for done in range(0, kills, STAGE_KILLS)]
    with databases(database) as urls:
        for number, size in enumerate(sizes):
            at = clean_folder(folder / f"stage-{number}")
            stages.append(one_stage(at, size, seed + number, carrier=carrier, policy=policy, url=next(urls)))
            print(stage_line(number + 1, len(sizes), stages[-1]), flush=True)
            for sentence in stages[-1].verdict.guilty[:20]:
                print(f"    {sentence}", flush=True)
    print(final_table(f"carrier {carrier}, policy {policy}, {database}, seed {seed}", stages), flush=True)
    return stages


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--policy", choices=("hold", "retry"), default="hold")
    parser.add_argument("--carrier", choices=("peer", "simulated"), default="peer")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stops", type=int, default=0, help="measure so many stops of each kind instead")
    parser.add_argument("--keep", type=Path, help="leave databases, ledgers and logs in this folder")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="trd-torture-") as folder:
        if given.stops:
            print(latency_lines(stops(Path(folder), given.stops, given.database)))
            return 0
        stages = long_form(
            given.kills,
            carrier=given.carrier,
            policy=given.policy,
            database=given.database,
            seed=given.seed,
            folder=given.keep or Path(folder),
        )
    wrong = [stage.seed for stage in stages if stage.verdict.guilty]
    if wrong:
        print(f"something was wrong; again with --seed {wrong[0]} --kills {STAGE_KILLS}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
