"""``trd sender``: the numbers and messaging services that texts go from."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from trd_tui.cli.errors import CliError
from trd_tui.cli.output import confirm, iso, note, print_json, printable, table
from trd_tui.cli.session import with_product
from trd_tui.domain.finding import one_or_many
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.services.actor import Actor
    from trd_tui.services.administration_views import SenderRow
    from trd_tui.wiring import Product

_Row = dict[str, Any]
"""A sender for programs."""


def add(commands: Any) -> None:
    """Put the commands into the table."""
    parser = commands.add_parser(
        "sender",
        help="the numbers that texts go from: list, add, rate, pause, resume, remove",
        description="Numbers and messaging services that campaigns send from. A campaign adds its own.",
    )
    acts = parser.add_subparsers(dest="subcommand", metavar="COMMAND", required=True)
    list_ = acts.add_parser(
        "list", help="every sender with its rate, its pause, and how many campaigns use it"
    )
    new = acts.add_parser("add", help="make a sender known, with the usual rate of its kind")
    rate = acts.add_parser(
        "rate",
        help="change how fast a sender may send",
    )
    pause = acts.add_parser(
        "pause",
        help="let nothing start from a sender until it is resumed",
    )
    resume = acts.add_parser("resume", help="let a sender send again")
    remove = acts.add_parser("remove", help="forget a sender that no campaign uses")
    for each in (new, rate, pause, resume, remove):
        each.add_argument(
            "address", metavar="ADDRESS", help="as +12125550123, or MG and 32 hexadecimal digits"
        )
    rate.add_argument(
        "per_second", metavar="N", type=_rate, help="segments a second, from 0.001 on; 0 = no limit"
    )
    pause.add_argument("--reason", metavar="T", required=True, help="why, for whoever finds it paused")
    remove.add_argument("--yes", action="store_true", help="do not ask")
    for each, run in (
        (list_, run_list), (new, run_add), (rate, run_rate),
        (pause, run_pause), (resume, run_resume), (remove, run_remove),
    ):  # fmt: skip
        each.add_argument("--json", action="store_true", help="print JSON")
        each.set_defaults(run=run)


def _rate(text: str) -> str:
    from trd_tui.services.senders import SenderError, rate_of

    try:
        rate_of(text)
    except SenderError as error:
        raise argparse.ArgumentTypeError(str(error).removeprefix("rate: ")) from error
    return text


def run_list(options: argparse.Namespace, settings: Settings) -> int:
    """Print all senders."""
    rows = with_product(settings, lambda product, _actor: _all(product))
    if options.json:
        print_json(rows)
        return 0
    if not rows:
        note("no sender is known; `trd sender add NUMBER` adds one, and so does a new campaign")
        return 0
    heads = ("Address", "Kind", ">A second", "State", ">Campaigns", ">Active", "Why paused")
    lines = (
        (
            row["address"],
            _kind(row),
            "no limit" if row["perSecond"] == 0 else f"{row['perSecond']:g}",
            _state(row),
            row["campaigns"],
            row["activeCampaigns"],
            row["reason"],
        )
        for row in rows
    )
    print(table(heads, lines))
    return 0


def _kind(row: _Row) -> str:
    return str(row["kind"]).replace("_", " ")


def _state(row: _Row) -> str:
    if not row["paused"]:
        return "sends"
    return "paused" if row["pausedUntil"] is None else f"paused until {row['pausedUntil']}"


def _speed(row: _Row) -> str:
    if not row["perSecond"]:
        return "no limit of its own"
    return "1 segment a second" if row["perSecond"] == 1 else f"{row['perSecond']:g} segments a second"


def run_add(options: argparse.Namespace, settings: Settings) -> int:
    """Make a sender known."""
    row = _act(options, settings, lambda senders, product, actor, address: senders.add(
        product.db, product.clock, actor, address), new=True)  # fmt: skip
    return _told(options, row, f"{row['address']} is known now: a {_kind(row)}, {_speed(row)}")


def run_rate(options: argparse.Namespace, settings: Settings) -> int:
    """Change a sender's rate; it holds from the next claim on."""
    row = _act(options, settings, lambda senders, product, actor, address: senders.set_rate(
        product.db, product.clock, actor, address, options.per_second))  # fmt: skip
    return _told(options, row, f"{row['address']} has {_speed(row)} from now on")


def run_pause(options: argparse.Namespace, settings: Settings) -> int:
    """Let nothing start from a sender, in every process."""
    row = _act(options, settings, lambda senders, product, actor, address: senders.pause(
        product.db, product.clock, actor, address, options.reason))  # fmt: skip
    active = row["activeCampaigns"]
    waits = f"; {one_or_many(active, 'active campaign waits', 'active campaigns wait')}" if active else ""
    return _told(
        options, row, f"{row['address']} is paused until `trd sender resume {row['address']}`{waits}"
    )


def run_resume(options: argparse.Namespace, settings: Settings) -> int:
    """Let a sender send again; harmless when it is not paused."""
    row = _act(options, settings, lambda senders, product, actor, address: senders.resume(
        product.db, product.clock, actor, address))  # fmt: skip
    return _told(options, row, f"{row['address']} may send")


def run_remove(options: argparse.Namespace, settings: Settings) -> int:
    """Forget a sender; one that a campaign uses stays."""

    async def body(product: Product, actor: Actor) -> str:
        from trd_tui.services import senders

        row = await _one(product, senders.known_as(options.address))
        sentence = f"Forget {row['address']} and its rate ({_speed(row)})?"
        refused = senders.removal_refusal(row["campaigns"])
        if not (refused or options.yes or confirm(sentence)):
            raise CliError(f"not done: {sentence} Say yes, or use --yes")
        await senders.remove(product.db, product.clock, actor, row["address"])
        return str(row["address"])

    gone = with_product(settings, body)
    if options.json:
        print_json({"address": gone, "removed": True})
    else:
        print(f"{gone} is forgotten")
    return 0


def _act(
    options: argparse.Namespace,
    settings: Settings,
    act: Callable[[Any, Product, Actor, str], Awaitable[object]],
    *,
    new: bool = False,
) -> _Row:
    """Do something to one sender by the service, and look at it again."""

    async def body(product: Product, actor: Actor) -> _Row:
        from trd_tui.services import senders

        address = senders.known_as(options.address)
        if not new:
            await _one(product, address)
        await act(senders, product, actor, address)
        return await _one(product, address)

    return with_product(settings, body)


async def _all(product: Product) -> list[_Row]:
    from trd_tui.services import senders

    now = product.clock.now()
    return [_shape(row, now) for row in await senders.page(product.db)]


async def _one(product: Product, address: str) -> _Row:
    found = next((row for row in await _all(product) if row["address"] == address), None)
    if found is None:
        raise CliError(f"there is no sender {address}; `trd sender list` shows all")
    return found


def _told(options: argparse.Namespace, row: _Row, sentence: str) -> int:
    if options.json:
        print_json(row)
    else:
        print(printable(sentence))
    return 0


def _shape(row: SenderRow, now: int) -> _Row:
    paused = row.paused_until is not None and row.paused_until > now
    return {
        "address": row.address,
        "kind": row.kind,
        "perSecond": row.rate_milli / 1000,
        "paused": paused,
        "pausedUntil": iso(row.paused_until) if paused and not row.paused_for_good else None,
        "reason": row.paused_reason if paused else None,
        "campaigns": row.campaigns,
        "activeCampaigns": row.active,
    }
