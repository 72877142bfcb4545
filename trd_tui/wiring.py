"""What is put together at start: settings, database, clock, carrier and engine, in one place."""

from __future__ import annotations

import hashlib
import os
import socket
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from trd_tui.carriers.behaviour import Behaviour
from trd_tui.clock import Anchor, Clock, SystemClock, VirtualClock
from trd_tui.domain.endings import Endings
from trd_tui.domain.frequency import Caps
from trd_tui.domain.law import Law
from trd_tui.domain.law_in_force import packaged_law, put_in_force
from trd_tui.domain.law_text import LawError, read_law
from trd_tui.domain.prices import PriceTable
from trd_tui.domain.put_off import Limits
from trd_tui.engine.journal import beside
from trd_tui.price_files import load_prices
from trd_tui.settings import Settings, SettingsError, user_data_folder
from trd_tui.store.control import read_control
from trd_tui.store.database import Database, SyncDatabase, parse_url
from trd_tui.store.migrate import ensure_schema

if TYPE_CHECKING:  # the app shows its first rows before it imports what sends and what acts
    from trd_tui.carriers.protocol import Carrier
    from trd_tui.engine.handle import EngineHandle
    from trd_tui.engine.options import EngineOptions
    from trd_tui.engine.scheduler import Engine
    from trd_tui.engine.state import EngineState
    from trd_tui.services.review import Judge
    from trd_tui.services.spending import Budgets
    from trd_tui.store.sequences import SequenceCache

Publish = Callable[["EngineState"], None]

EVERYDAY = Behaviour(delivery_ms=4_000, undelivered_rate=0.015, reply_rate=0.02, opt_out_rate=0.002)
"""How the simulated carrier behaves unless a demonstration or a test says otherwise."""

WATCHED_S = 30.0
"""Seconds between two looks of an engine that is told of every write; they only make sure."""


@dataclass(slots=True)
class Product:
    """An opened product: everything that a face needs.

    Attributes:
        settings: what it was opened with.
        db: the asyncio side of the database, for the loop that first uses it.
        clock: campaign time.
        behaviour: of the simulated carrier, where that one sends.
    """

    settings: Settings
    db: Database
    clock: Clock
    behaviour: Behaviour

    @property
    def prices(self) -> PriceTable:
        """The price table, with the user's own file read over it.

        Raises:
            PricesError: that file cannot be read, or something in it is wrong.
        """
        return load_prices(self.settings.prices_file)

    @property
    def limits(self) -> Limits:
        """What the settings limit over all campaigns."""
        return Limits(_caps(self.settings), self.settings.daily_budget_micros is not None)

    @property
    def budgets(self) -> Budgets:
        """What the settings say of money.

        Raises:
            PricesError: the prices_file cannot be read, or something in it is wrong.
        """
        from trd_tui.services.spending import Budgets

        return Budgets(self.prices, self.settings.daily_budget_micros)

    @property
    def judge(self) -> Judge:
        """Who says what would be held again, by the prices and the daily budget of the settings.

        Raises:
            PricesError: the prices_file cannot be read, or something in it is wrong.
        """
        from trd_tui.services.review import Judge

        return Judge(sequences_of(self.settings), self.settings.daily_budget_micros)

    async def close(self) -> None:
        """Give the connections back."""
        await self.db.close()


def open_product(
    settings: Settings, *, clock: Clock | None = None, behaviour: Behaviour = EVERYDAY
) -> Product:
    """Open the database, bring its tables up to date, and pick the clock.

    Without a clock given, the database's own anchor decides: a demonstration's time goes on where it was.

    Raises:
        StoreError: the database cannot be opened; the message says why and what to do.
        SettingsError: the database runs on a virtual clock and the carrier is real, or the file of quiet
            hours is wrong.
    """
    put_in_force(law_of(settings))
    ensure_schema(settings.database_url)
    return Product(settings, Database(settings.database_url), clock or _stored_clock(settings), behaviour)


def law_of(settings: Settings) -> Law:
    """The rules of quiet hours: the package's, or with those of the user's file before them.

    Raises:
        SettingsError: the file cannot be read or is wrong; the message says where.
    """
    file = settings.quiet_hours_file
    if file is None:
        return packaged_law()
    try:
        return read_law(tomllib.loads(file.read_text("utf-8")), str(file), packaged_law())
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SettingsError(f"cannot read quiet_hours_file {file}: {reason}") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"quiet_hours_file {file} is not valid TOML: {error}") from error
    except LawError as error:
        raise SettingsError(f"quiet_hours_file {file}: {error}") from error


def _stored_clock(settings: Settings) -> Clock:
    database = SyncDatabase(settings.database_url)
    try:
        anchor: Anchor | None = database.read(read_control).anchor
    finally:
        database.close()
    if anchor is None:
        return SystemClock()
    refusal = settings.virtual_time_refusal()
    if refusal is not None:
        raise SettingsError(
            f"the database runs on a virtual clock; {refusal}, or leave it with `trd run --real-time`"
        )
    return VirtualClock(anchor)


def ledger_file(settings: Settings) -> Path:
    """Where the simulated carrier keeps its own book: beside the database that it serves."""
    url = parse_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        return Path(f"{url.database}.carrier")
    return user_data_folder() / "simulated.carrier"


def journal_file(settings: Settings) -> Path:
    """Where this machine notes which calls it has begun: beside an SQLite file, else in the user's data."""
    if (file := beside(settings.database_url)) is not None:
        return file
    server = parse_url(settings.database_url).render_as_string(hide_password=True)
    return user_data_folder() / f"{hashlib.sha256(server.encode()).hexdigest()[:16]}.calls"


def make_carrier(settings: Settings, clock: Clock, behaviour: Behaviour) -> Carrier:
    """The carrier that the settings name; call it in the event loop that will use it.

    Raises:
        SettingsError: Twilio is chosen and its credentials are incomplete.
    """
    if settings.carrier == "simulated":
        from trd_tui.carriers.simulated import SimulatedCarrier

        return SimulatedCarrier(ledger_file(settings), clock, behaviour)
    auth = settings.twilio_auth()
    if auth is None or settings.twilio_account_sid is None:
        raise SettingsError(
            "TRD_CARRIER is twilio but its credentials are incomplete; set TRD_TWILIO_ACCOUNT_SID and"
            " TRD_TWILIO_AUTH_TOKEN (or TRD_TWILIO_API_KEY_SID and TRD_TWILIO_API_KEY_SECRET)"
        )
    from trd_tui.carriers.twilio import TwilioCarrier  # 250 ms, and only those who send pay them
    from trd_tui.carriers.twilio_webhooks import status_callback

    return TwilioCarrier(
        settings.twilio_account_sid,
        auth,
        api_base=settings.twilio_api_base,
        timeout_s=settings.carrier_timeout_s,
        concurrency=_concurrency(settings),
        # Also where this process could not check the posts itself: another one may serve them.
        status_callback=None if settings.public_url is None else status_callback(settings.public_url),
    )


def _concurrency(settings: Settings) -> int:
    return 500 if settings.carrier == "simulated" else 100


def engine_options(settings: Settings) -> EngineOptions:
    """The engine's tuning from the settings.

    Raises:
        PricesError: the prices_file cannot be read, or something in it is wrong.
    """
    from trd_tui.engine.options import EngineOptions
    from trd_tui.store.downtime import DowntimeRule

    simulated = settings.carrier == "simulated"
    return EngineOptions(
        concurrency=_concurrency(settings),
        lease_s=settings.lease_s,
        carrier_timeout_s=settings.carrier_timeout_s,
        reconcile_over_s=settings.reconcile_over_s,
        # Who shortens the search as a whole shortens the wait before it: 60 s of the default 300.
        listing_lag_s=2.0 if simulated else min(60.0, settings.reconcile_over_s / 5),
        unknown_policy=cast("Literal['hold', 'retry']", settings.unknown_policy),
        poll_busy_s=0.5 if simulated else 5.0,
        poll_idle_s=10.0 if simulated else 30.0,
        prices=load_prices(settings.prices_file),
        daily_budget_micros=settings.daily_budget_micros,
        downtime=DowntimeRule(int(settings.downtime_min * 60_000), int(settings.max_lateness_h * 3_600_000)),
        endings=Endings(settings.reply_ends, settings.opt_out_ends),
        caps=_caps(settings),
    )


def _caps(settings: Settings) -> Caps:
    return Caps(settings.cap_per_day, settings.cap_per_week)


def sequences_of(settings: Settings) -> SequenceCache:
    """What compiles campaigns' rules outside of the engine, by the same settings."""
    from trd_tui.engine.claiming import Claimer

    return Claimer.of(engine_options(settings)).sequences


def make_engine(
    product: Product, *, face: str, publish: Publish = lambda _state: None, watch_s: float | None = None
) -> Engine:
    """An engine on the product; ``face`` says what kind of process this is (``app``, ``run``).

    Args:
        product: opened.
        face: what others are told of this process.
        publish: called with each new state.
        watch_s: seconds between two looks for what others have written; the usual ones by default.
    """
    from trd_tui.engine.scheduler import Engine

    settings = product.settings
    return Engine(
        settings.database_url,
        lambda: make_carrier(settings, product.clock, product.behaviour),
        product.clock,
        engine_options(settings) if watch_s is None else replace(engine_options(settings), watch_s=watch_s),
        journal=journal_file(settings),
        description=f"trd {face} on {socket.gethostname()}, process {os.getpid()}",
        publish=publish,
    )


def engine_in_thread(product: Product, *, face: str) -> EngineHandle:
    """An engine on the product in a thread of its own, not yet started.

    Whoever has it watches the database for its own sake, and tells it by `EngineHandle.touch` that somebody
    has written: two that look many times a second would wake an idle machine twice as often.
    """
    from trd_tui.engine.handle import EngineHandle

    return EngineHandle(lambda publish: make_engine(product, face=face, publish=publish, watch_s=WATCHED_S))
