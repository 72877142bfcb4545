"""``trd stop`` and ``trd start``: the emergency stop of all automated sending, and its release."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from trd_tui.cli.output import iso, note, print_json, printable
from trd_tui.cli.session import with_product
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.services.actor import Actor
    from trd_tui.store.control import ControlState
    from trd_tui.wiring import Product


def add(commands: Any) -> None:
    """Put both commands into the table."""
    stop = commands.add_parser(
        "stop",
        help="stop all automated sending at once, in every process",
        description="Stops all automated sending at once, in every process, until `trd start`. A person's own"
        " answers still go.",
    )
    stop.add_argument("--reason", metavar="T", help="why, for whoever finds it stopped")
    stop.add_argument("--json", action="store_true", help="print one JSON object")
    stop.set_defaults(run=run_stop, database_is_enough=True)
    start = commands.add_parser(
        "start",
        help="release the emergency stop",
        description="Releases the emergency stop. In a copy of a database it also says that this one sends"
        " from now on. A campaign is started by `trd campaign start`.",
    )
    start.add_argument("--json", action="store_true", help="print one JSON object")
    start.set_defaults(run=run_start)


def stop_shape(state: ControlState) -> dict[str, Any] | None:
    """The emergency stop for programs; ``None`` when there is none."""
    return {"by": state.by, "at": iso(state.at), "reason": state.reason} if state.stopped else None


def tell_stop(stop: Mapping[str, Any] | None) -> None:
    """Say on standard error that nothing is sent, whatever a campaign's status is."""
    if stop is not None:
        why = f": {stop['reason']}" if stop["reason"] else ""
        since = f"by {stop['by'] or 'system'} at {stop['at']}{why}"
        note(f"emergency stop, {since}. Nothing is sent until `trd start`")


def run_stop(options: argparse.Namespace, settings: Settings) -> int:
    """Stop; harmless when it is stopped already. Carrier, prices and quiet hours may be wrong meanwhile."""
    settings = Settings(database_url=settings.database_url, actor=settings.actor)

    async def body(product: Product, actor: Actor) -> dict[str, Any]:
        from trd_tui.services import control

        state = await control.stop(product.db, product.clock, actor, options.reason)
        return {"stopped": True, "by": state.by, "at": iso(state.at), "reason": state.reason}

    state = with_product(settings, body)
    if options.json:
        print_json(state)
        return 0
    why = f": {printable(state['reason'])}" if state["reason"] else ""
    print(f"stopped by {printable(state['by'] or 'system')} at {state['at']}{why}")
    print("Nothing is sent until `trd start`; a person's own answers still go.")
    return 0


def run_start(options: argparse.Namespace, settings: Settings) -> int:
    """Release the stop; harmless when there is none."""

    async def body(product: Product, actor: Actor) -> tuple[bool, list[str]]:
        from trd_tui.services import control

        released = await control.start(product.db, product.clock, actor)
        return released, await control.hindrances(product.db, product.clock)

    released, hindrances = with_product(settings, body)
    if options.json:
        print_json({"stopped": False, "released": released})
    else:
        print("released: sending goes on" if released else "there was no stop: nothing to release")
        for sentence in hindrances:
            note(sentence)
    return 0
