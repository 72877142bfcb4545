"""The checks behind ``trd doctor``. None shows a secret."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from trd_tui import settings as places
from trd_tui.cli import sharing
from trd_tui.cli.errors import sentence_of
from trd_tui.cli.output import iso
from trd_tui.cli.session import database_file
from trd_tui.cli.settings_checks import settings_files, stray_variables, theme
from trd_tui.clock import VirtualClock, real_now
from trd_tui.domain.finding import one_or_many
from trd_tui.services.credentials import at_the_carrier, credentials, misshapen, paused, webhooks
from trd_tui.services.findings import Finding
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.wiring import Product

LEAST_FREE = 200_000_000
"""Bytes; below, a busy day of messages may not fit."""

LATE_MS = 5 * 60_000
"""A message that has been due for so long, with nobody sending, is a reason to look."""

_NAMED = 3
"""Campaigns that are named in one line."""

_YEAR_2024 = 1_704_067_200_000


async def examine(settings: Settings, *, wrong: Sequence[str] = (), offline: bool = False) -> list[Finding]:
    """Look at everything; a check that cannot look is itself a finding.

    Args:
        settings: what holds; where something is ``wrong`` only the database's address, or not even that.
        wrong: what is wrong with the settings, a sentence each: what needs them is then not looked at.
        offline: do not ask the carrier.
    """
    findings = [Finding("error", "settings", *_halves(sentence)) for sentence in wrong]
    findings += [*settings_files(), *stray_variables(os.environ), *_zones()]
    if wrong:
        left = "" if settings.database_url else "database, "
        left += "prices, quiet hours, credentials and carrier are not looked at"
        findings.append(Finding("warning", "settings", left, "mend the settings first"))
        offline = True
        if not settings.database_url:
            return [*findings, *_disk(places.user_data_folder())]
    else:
        findings += _chosen(settings)
    file = database_file(settings)
    if file is not None and not file.exists():
        findings.append(Finding("error", "database", f"there is no {file}", "run `trd init` to create it"))
        return [*findings, *_disk(file.parent)]
    try:
        from trd_tui.wiring import open_product

        product = open_product(settings)
    except Exception as error:
        findings.append(
            Finding("error", "database", sentence_of(error), "" if file is None else _where(file))
        )
        return findings
    try:
        findings += [*await _database(product), *_clock(product), *await _work(product)]
        # Who is misshapen need not be asked for; the sentence of before names the remedy.
        if not offline and not any(
            each.subject == "credentials" and each.level == "error" for each in findings
        ):
            findings += await _carrier(product)
    finally:
        await product.close()
    return [*findings, *_disk(places.user_data_folder() if file is None else file.parent)]


def _where(file: Path) -> str:
    return f"the database is {file}"


def _halves(sentence: str) -> tuple[str, str]:
    """What is wrong, and the remedy where the sentence has one."""
    what, _, remedy = sentence.partition("; ")
    return what, remedy


def _chosen(settings: Settings) -> Iterator[Finding]:
    """What the settings choose: carrier, prices, quiet hours, credentials."""
    yield Finding("ok", "carrier", f"{settings.carrier} is chosen")
    yield from theme(settings)
    yield _prices(settings)
    yield from _quiet_hours(settings)
    if settings.carrier == "twilio":
        yield from credentials(settings)
        yield from webhooks(settings)


def _prices(settings: Settings) -> Finding:
    from trd_tui.price_files import PricesError, load_prices

    try:
        table = load_prices(settings.prices_file)
    except PricesError as error:
        return Finding("error", "prices", sentence_of(error))
    return Finding(
        "ok", "prices", f"{one_or_many(len(table.segments), 'country', 'countries')}, as of {table.as_of}"
    )


def _zones() -> Iterator[Finding]:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        for zone in ("America/New_York", "America/Phoenix", "Pacific/Honolulu"):
            ZoneInfo(zone)
    except ZoneInfoNotFoundError:
        yield Finding("error", "zones", "zone data is missing", "pip install --upgrade tzdata")
    else:
        yield Finding("ok", "zones", "zone data is there")


def _quiet_hours(settings: Settings) -> Iterator[Finding]:
    """Of when the rules are, and of whom; what is wrong with a user's file."""
    from trd_tui.domain.law_in_force import packaged_law
    from trd_tui.wiring import law_of

    try:
        law = law_of(settings)
    except places.SettingsError as error:
        yield Finding("error", "quiet hours", str(error), "mend the file or remove the setting")
        return
    text = f"{law.source}, of {law.dated}; stricter hours in {one_or_many(len(law.rules), 'state')}"
    if law is not packaged_law():
        text += f"; what it does not name is the package's own, of {packaged_law().dated}"
    yield Finding("ok", "quiet hours", text)


async def _database(product: Product) -> list[Finding]:
    from trd_tui.services.control import copy_warning
    from trd_tui.store.database import SQLITE_VERSION

    kind = f"SQLite {SQLITE_VERSION}" if product.db.is_sqlite else "PostgreSQL"
    file = database_file(product.settings)
    found = [Finding("ok", "database", f"{kind}, tables up to date" + (f", {file}" if file else ""))]
    if file is not None and file.stat().st_mode & 0o007:
        found.append(Finding("warning", "database", f"{file} can be read by others", f"chmod o-rwx {file}"))
    if file is not None:
        found += sharing.examine(file)
    if (copied := await copy_warning(product.db)) is not None:
        what, remedy = copied.split("; ", 1)
        found.append(Finding("warning", "database", what, remedy))
    return found


def _clock(product: Product) -> Iterator[Finding]:
    if real_now() < _YEAR_2024:
        yield Finding("error", "clock", f"the system clock says {iso(real_now())}", "set it, best with NTP")
    elif isinstance(product.clock, VirtualClock):
        text = f"virtual: {iso(product.clock.now())}, {product.clock.speed:g} times real time"
        remedy = "right for a demonstration; it runs on while nobody sends, `trd run --real-time` leaves it"
        yield Finding("warning", "clock", text, remedy)
    else:
        yield Finding("ok", "clock", f"{iso(product.clock.now())} (UTC)")


async def _work(product: Product) -> list[Finding]:
    """Emergency stop, who sends, what waits, which senders are paused."""
    from trd_tui.services import senders
    from trd_tui.store import contacts, control, health, lease, pauses

    db, now = product.db, product.clock.now()
    state = await db.read(control.read_control)
    held = await db.read(lease.read)
    queue = await db.read(health.queue_health)
    sends = held.holds(real_now())
    found = []
    if state.stopped:
        why = f": {state.reason}" if state.reason else ""
        text = f"the emergency stop is set by {state.by} since {iso(state.at)}{why}"
        found.append(Finding("warning", "stop", text, "`trd start` releases it"))
    doing = "is the sender, and nothing goes before the release" if state.stopped else "sends"
    found.append(Finding("ok", "scheduler", f"{held.description} {doing}" if sends else "nobody sends now"))
    late = 0 if queue.next_due_at is None else now - queue.next_due_at
    text = (
        f"{one_or_many(queue.active, 'active campaign')},"
        f" {one_or_many(queue.waiting, 'message waits', 'messages wait')}"
    )
    if late > LATE_MS and not sends and not state.stopped:
        remedy = "start `trd run` or `trd`"
        found.append(Finding("warning", "queue", f"{text}, the first since {iso(queue.next_due_at)}", remedy))
    else:
        found.append(Finding("ok", "queue", text))
    for each in await db.read(pauses.own_pauses, _NAMED):
        remedy = f"mend that, then `trd campaign resume {each.id}`"
        found.append(Finding("warning", "queue", f"{each.name} has paused: {each.reason}", remedy))
    if queue.in_flight and not sends:
        text = f"{one_or_many(queue.in_flight, 'message is', 'messages are')} in flight or unknown"
        found.append(Finding("warning", "queue", text, "`trd run` reconciles them with the carrier"))
    if queue.held:
        first, *others = await db.read(health.holding, _NAMED + 1)
        also = f"; also of {', '.join(others[: _NAMED - 1])}" if others else ""
        also += " and others" if len(others) >= _NAMED else ""
        remedy = f"`trd campaign review {first}` shows which and why{also}"
        text = f"{one_or_many(queue.held, 'message waits', 'messages wait')} for a person"
        found.append(Finding("warning", "queue", text, remedy))
    known = await senders.page(db)
    wrong = [*paused(known, now), *misshapen([sender.address for sender in known])]
    found += wrong
    if not known:
        remedy = "n in the app and `trd campaign create` add the one that a campaign names"
        found.append(Finding("ok", "sender", "none is known yet", remedy))
    elif not wrong:
        found.append(Finding("ok", "sender", f"{len(known)} known, none paused"))
    if not await db.read(contacts.anybody):
        remedy = "import a file with n in the app, or with `trd contact import FILE.csv`"
        found.append(Finding("ok", "contacts", "there are none yet", remedy))
    return found


async def _carrier(product: Product) -> list[Finding]:
    from trd_tui.services import senders
    from trd_tui.wiring import make_carrier

    if product.settings.carrier == "twilio" and product.settings.twilio_auth() is None:
        return []  # said already
    try:
        carrier = make_carrier(product.settings, product.clock, product.behaviour)
        try:
            return await at_the_carrier(carrier, [row.address for row in await senders.page(product.db)])
        finally:
            await carrier.close()
    except Exception as error:
        return [Finding("error", "carrier", sentence_of(error))]


def _disk(folder: Path) -> Iterator[Finding]:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    text = f"{free / 1e9:,.1f} GB free in {folder}"
    if free < LEAST_FREE:
        yield Finding("error", "disk", text, "make room before sending")
    else:
        yield Finding("ok", "disk", text)
