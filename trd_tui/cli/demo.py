"""``trd demo``: the seven demonstration campaigns on a throw-away database, with nobody texted."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trd_tui.cli.errors import CliError, UsageError
from trd_tui.cli.output import iso, note, print_json
from trd_tui.cli.run import drain_on_signal, leave_clock, serve
from trd_tui.clock import SystemClock, VirtualClock, real_now
from trd_tui.domain.finding import one_or_many
from trd_tui.settings import Settings, sqlite_url

if TYPE_CHECKING:
    from trd_tui.wiring import Product

SPEED = 600.0
"""A day of the demonstration takes 2.4 minutes."""

DAY_MS = 86_400_000


def add(commands: Any) -> None:
    """Put the command into the table."""
    parser = commands.add_parser(
        "demo",
        help="seven demonstration campaigns, live, on a throw-away database",
        description="The app on a throw-away database with seven campaigns, the simulated carrier and a clock"
        " 600 times as fast. Nobody is texted, and nothing of yours is touched.",
    )
    parser.add_argument(
        "--headless", action="store_true", help="without a screen: run --days, print what happened"
    )
    parser.add_argument(
        "--days", metavar="N", type=_days, help="simulated days (with --headless; 0 = only build)"
    )
    parser.add_argument(
        "--keep", metavar="FILE", type=Path, help="put the database at FILE and leave it there"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object (with --headless)")
    parser.set_defaults(run=run)


def _days(text: str) -> int:
    try:
        found = int(text)
    except ValueError:
        found = -1
    if not 0 <= found <= 3_650:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days from 0 to 3650")
    return found


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Build the demonstration, then show it or run it."""
    if not options.headless and (options.days is not None or options.json):
        raise UsageError("--days and --json belong to --headless; add --headless")
    with demo_settings(settings, options.keep) as demo:
        if not options.headless:
            from trd_tui.cli.app import show

            status = show(demo, title="Demonstration", prepare=_build_for_the_screen)
            if options.keep:
                _say_kept(options.keep, demo)
            return status
        result = asyncio.run(_headless(demo, options.days or 0))
    if options.json:
        print_json(result)
    else:
        _print(result)
    if options.keep:
        _say_kept(options.keep, demo)
    return 0


def _say_kept(file: Path, demo: Settings) -> None:
    note(f"kept at {file}; look at it with TRD_DATABASE_URL={demo.database_url} trd")


@contextmanager
def demo_settings(settings: Settings, keep: Path | None) -> Iterator[Settings]:
    """Settings that point at a database of the demonstration's own and at no carrier.

    Raises:
        CliError: the file to keep exists already.
    """
    if keep is not None and keep.expanduser().exists():
        raise CliError(f"{keep} exists already; name a new file, or remove it first")
    folder = Path(tempfile.mkdtemp(prefix="trd-demo-"))
    file = folder / "demo.db" if keep is None else keep.expanduser().resolve()
    log_file = settings.log_file or folder / "demo.log"
    try:
        yield replace(settings, database_url=sqlite_url(file), carrier="simulated", log_file=log_file)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _build(settings: Settings, *, virtual: bool, jumps: bool) -> tuple[Product, int]:
    """Build the data; returns the opened product and the campaign instant at which it starts."""
    from trd_tui.services.demo import build_demo
    from trd_tui.store import control
    from trd_tui.wiring import open_product

    product = open_product(settings, clock=SystemClock())
    try:
        now = real_now()
        start = await build_demo(product.db, now)
        if virtual:
            clock = VirtualClock.starting(start, SPEED, jumps=jumps)
            product.clock = clock
            await product.db.write(control.set_anchor, clock.anchor)
        return product, start
    except BaseException:
        await product.close()
        raise


async def _build_for_the_screen(settings: Settings) -> Product:
    product, _ = await _build(settings, virtual=True, jumps=False)
    return product


async def _headless(settings: Settings, days: int) -> dict[str, object]:
    """Build, run so many days as fast as it goes, and say what happened."""
    product, start = await _build(settings, virtual=days > 0, jumps=True)
    try:
        before = await _sums(product)
        if days:
            until = start + days * DAY_MS
            with drain_on_signal() as stop:
                await serve(product, stop, face="demo", until_idle=True, until=until)
            if not stop.is_set() and isinstance(product.clock, VirtualClock):
                product.clock.jump_to(until)  # nothing was left to do: the rest of the time passes by itself
            await leave_clock(product, speed=1.0)
        return await _result(product, days, start, before)
    finally:
        await product.close()


_SUMS = {
    "sent": "total_messages",
    "delivered": "total_delivered",
    "failed": "total_failed",
    "replies": "total_replies",
}


async def _sums(product: Product) -> dict[str, int]:
    from trd_tui.services import listing

    summary = await listing.summary(product.db)
    return {name: getattr(summary, attribute) for name, attribute in _SUMS.items()}


async def _result(product: Product, days: int, start: int, before: dict[str, int]) -> dict[str, object]:
    from trd_tui.services import listing
    from trd_tui.services.shapes import campaign_shape, summary_shape
    from trd_tui.services.verify import differences
    from trd_tui.services.views import ListQuery

    page, summary = await listing.page_and_summary(product.db, ListQuery(limit=100))
    after = await _sums(product)
    now = product.clock.now() if days else start
    return {
        "days": days,
        "from": iso(start),
        "until": iso(now),
        "happened": {name: after[name] - before[name] for name in after},
        "summary": summary_shape(summary),
        "campaigns": [campaign_shape(row) for row in page.rows],
        "differences": await differences(product.db),
    }


def _print(result: dict[str, Any]) -> None:
    from trd_tui.cli.campaign_list import list_table

    print(list_table(result["campaigns"]))
    summary, happened = result["summary"], result["happened"]
    print()
    print(
        f"{summary['activeCampaigns']} of {one_or_many(summary['totalCampaigns'], 'campaign')} active,"
        f" {one_or_many(summary['totalContacts'], 'contact')},"
        f" {one_or_many(summary['totalMessages'], 'message')} sent,"
        f" {one_or_many(summary['totalReplies'], 'reply', 'replies')},"
        f" reply rate {summary['overallReplyRate']} %"
    )
    if result["days"]:
        print(
            f"in {one_or_many(result['days'], 'day')}: {happened['sent']:,} sent,"
            f" {happened['delivered']:,} delivered,"
            f" {happened['failed']:,} failed, {one_or_many(happened['replies'], 'reply', 'replies')}"
        )
    differences = result["differences"]
    print(
        "verify: no difference"
        if not differences
        else f"verify: {one_or_many(len(differences), 'difference')}"
    )
