"""Lives a season through: real services and engines, a clock that leaps, a carrier that outlives them."""

from __future__ import annotations

import asyncio
import csv
import resource
from dataclasses import dataclass, replace
from pathlib import Path

from tests.season.carrier import SeasonCarrier
from tests.season.judge import Verdict, judge
from tests.season.ledger import Ledger
from tests.season.plan import DAY_MS, LASTS, SENDER, START, Plan, Season, season
from trd_tui.clock import VirtualClock
from trd_tui.domain.definition import parse_definition
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.scheduler import Engine
from trd_tui.services import campaigns, imports
from trd_tui.services.actor import Actor
from trd_tui.store import senders, verify
from trd_tui.store.database import Database, SyncDatabase

OPTIONS = EngineOptions(
    concurrency=1_000,
    lease_s=600.0,
    poll_busy_s=2.0,
    poll_idle_s=2.0,
)
ANN = Actor(1, "ann", "ann.login")


@dataclass(slots=True)
class Outcome:
    """What came of a season.

    Attributes:
        season: what was given.
        ledger: the carrier's.
        verdict: the judge's.
        differences: what `trd verify` would say.
        peak_mb: most memory that the process had, the judge's included.
    """

    season: Season
    ledger: Ledger
    verdict: Verdict
    differences: list[str]
    peak_mb: int


def live(folder: Path, url: str, contacts: int, seed: int, options: EngineOptions = OPTIONS) -> Outcome:
    """Live a season through and judge it.

    Args:
        folder: for the contacts files.
        url: a database with this version's tables.
        contacts: how many.
        seed: of places and fates.
        options: of the engine; the season's own daily budget is put in.
    """
    given = season(contacts, seed)
    options = replace(options, daily_budget_micros=given.shared_daily)
    clock = VirtualClock.starting(START, jumps=True)
    billed = "".join(p.letter for p in given.plans if p.budget is not None or p.daily is not None)
    carrier = SeasonCarrier([each.number for each in given.contacts], clock, seed, billed)
    asyncio.run(_live(folder, url, given, clock, carrier, options))
    db = SyncDatabase(url)
    differences = db.read(verify.differences, clock.real())
    db.close()
    verdict = judge(given, carrier.ledger)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Outcome(given, carrier.ledger, verdict, differences, peak)


async def _live(
    folder: Path,
    url: str,
    given: Season,
    clock: VirtualClock,
    carrier: SeasonCarrier,
    options: EngineOptions,
) -> None:
    db = Database(url)
    try:
        await db.write(senders.add_sender, SENDER, "long_code", 0, clock.now())
        days = sorted({plan.begins for plan in given.plans})
        for day, until in zip(days, [*days[1:], LASTS], strict=True):
            for plan in given.plans:
                if plan.begins == day:
                    await _begin(db, clock, folder, given, plan)
            engine = Engine(url, lambda: carrier, clock, options, description="season")
            await engine.run(asyncio.Event(), until=START + (until - 1) * DAY_MS)
    finally:
        await db.close()


async def _begin(db: Database, clock: VirtualClock, folder: Path, given: Season, plan: Plan) -> None:
    """Create a campaign, fill it from a file, start it."""
    file = folder / f"{plan.letter}.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["phone", "state", "zip", "timezone"])
        for at in given.members(plan):
            who = given.contacts[at]
            writer.writerow([who.number, who.state, who.zip, who.zone])
    id_ = await campaigns.create(db, clock, ANN, parse_definition(plan.definition()))
    looked = imports.look_through(file)
    report = await imports.import_contacts(db, clock, ANN, looked, campaign_id=id_)
    enrolled = len(given.members(plan))
    (started,) = await campaigns.start(db, clock, ANN, [id_])
    if not started.ok or report.rejected:
        raise AssertionError(f"{plan.letter}: {started.message}, {report.rejected} of {enrolled} rejected")
