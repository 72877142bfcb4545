"""Senders: numbers and messaging services, their rates and pauses, and which campaigns use them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.domain.finding import one_or_many
from trd_tui.domain.phone import DEFAULT_RATE_MILLI, PhoneError, normalise_sender, sender_kind
from trd_tui.domain.refused import RefusedError
from trd_tui.services.actor import WORKSPACE, Actor
from trd_tui.services.administration_views import SenderCampaign, SenderRow
from trd_tui.store import audit, control, senders
from trd_tui.store.database import Database
from trd_tui.store.senders import Sender, SenderUse

FASTEST = 1_000
"""Segments a second; no sender of Twilio's has more."""

_UNUSED = SenderUse(0, 0, 0)


class SenderError(RefusedError, ValueError):
    """Nothing was changed; the message says why and what to do."""


async def page(db: Database) -> tuple[SenderRow, ...]:
    """Every sender, in the order in which they were added."""

    def read(conn: Connection) -> tuple[SenderRow, ...]:
        use = senders.use_of_senders(conn, WORKSPACE)
        return tuple(
            _row(sender, use.get(sender.address, _UNUSED)) for sender in senders.list_senders(conn, WORKSPACE)
        )

    return await db.read(read)


async def campaigns_of(db: Database, address: str, limit: int = 50) -> Sequence[SenderCampaign]:
    """Campaigns that use a sender, the active first."""

    def read(conn: Connection) -> Sequence[SenderCampaign]:
        return [SenderCampaign(*row) for row in senders.campaigns_of(conn, address, limit, WORKSPACE)]

    return await db.read(read)


async def add(db: Database, clock: Clock, actor: Actor, address: str) -> str:
    """Make a sender known, with its kind's usual rate; returns its address as it is stored.

    Raises:
        SenderError: it is no address of a sender, or is known already.
    """
    known = known_as(address)
    kind = sender_kind(known)
    rate = DEFAULT_RATE_MILLI[kind]

    def write(conn: Connection) -> None:
        if not senders.add_sender(conn, known, kind, rate, clock.now(), WORKSPACE):
            raise SenderError(f"sender: {known} is known already; change its rate instead")
        after = {"kind": kind, "rate_milli": rate}
        audit.record(conn, actor, "add", "sender", known, None, after, at=clock.real())

    await db.write(write)
    return known


def known_as(address: str) -> str:
    """An address as it is stored, however it is typed.

    Raises:
        SenderError: it is no address of a sender.
    """
    try:
        return normalise_sender(address.strip())
    except PhoneError as error:
        remedy = (
            "" if "MG and 32" in str(error) else "; write a number like +12125550123, or MG and 32 digits"
        )
        raise SenderError(f"sender: {error}{remedy}") from error


async def set_rate(db: Database, clock: Clock, actor: Actor, address: str, per_second: str) -> None:
    """Change how fast a sender may send; it holds from the next claim on.

    Args:
        db: the database.
        clock: campaign time.
        actor: who asks.
        address: the sender.
        per_second: segments a second, as typed; 0 = no limit.

    Raises:
        SenderError: it is no such number, or there is no such sender.
    """
    milli = rate_of(per_second)

    def write(conn: Connection) -> None:
        before = _known(conn, address)
        senders.set_rate(conn, address, milli, WORKSPACE)
        changed = ({"rate_milli": before.rate_milli}, {"rate_milli": milli})
        audit.record(conn, actor, "rate", "sender", address, *changed, at=clock.real())

    await db.write(write)


async def pause(db: Database, clock: Clock, actor: Actor, address: str, reason: str) -> None:
    """Let nothing start from a sender until a person resumes it.

    Raises:
        SenderError: the reason is empty, or there is no such sender.
    """
    why = " ".join(reason.split())
    if not why:
        raise SenderError("reason: it is empty; say why, for who finds the sender paused")

    def write(conn: Connection) -> None:
        _known(conn, address)
        senders.pause_sender(conn, address, why, workspace_id=WORKSPACE)
        audit.record(conn, actor, "pause", "sender", address, None, {"reason": why}, at=clock.real())
        control.bump_fence(conn)  # also what is about to be called sees it

    await db.write(write)


async def resume(db: Database, clock: Clock, actor: Actor, address: str) -> None:
    """Let a sender send again.

    Raises:
        SenderError: there is no such sender.
    """

    def write(conn: Connection) -> None:
        before = _known(conn, address)
        senders.resume_sender(conn, address, WORKSPACE)
        was = {"reason": before.paused_reason}
        audit.record(conn, actor, "resume", "sender", address, was, None, at=clock.real())

    await db.write(write)


async def remove(db: Database, clock: Clock, actor: Actor, address: str) -> None:
    """Forget a sender that no campaign uses.

    Raises:
        SenderError: campaigns use it, or there is no such sender.
    """

    def write(conn: Connection) -> None:
        before = _known(conn, address)
        use = senders.use_of_senders(conn, WORKSPACE).get(address, _UNUSED)
        if refused := removal_refusal(use.campaigns, use.deleted):
            raise SenderError(f"{address} {refused}")
        senders.remove_sender(conn, address, WORKSPACE)
        was = {"kind": before.kind, "rate_milli": before.rate_milli}
        audit.record(conn, actor, "remove", "sender", address, was, None, at=clock.real())

    await db.write(write)


def removal_refusal(campaigns: int, deleted: int = 0) -> str:
    """Why a sender that so many campaigns use cannot be removed; empty when it can."""
    if campaigns:
        return f"is used by {one_or_many(campaigns, 'campaign')}; give them another sender, or pause it"
    if deleted:
        return (
            f"was used by {one_or_many(deleted, 'deleted campaign')} that can be restored; pause it instead"
        )
    return ""


def rate_of(per_second: str) -> int:
    """Segments a second, as typed, in thousandths.

    Raises:
        SenderError: it is no such number.
    """
    try:
        rate = float(per_second.strip())
    except ValueError:
        rate = -1.0
    if not 0 <= rate <= FASTEST or 0 < rate < 0.001:
        raise SenderError(f"rate: write segments a second from 0.001 to {FASTEST:,}, or 0 for no limit")
    return round(rate * 1_000)


def _known(conn: Connection, address: str) -> Sender:
    found = senders.get_sender(conn, address, WORKSPACE)
    if found is None:
        raise SenderError(f"there is no sender {address}; somebody has removed it")
    return found


def _row(sender: Sender, use: SenderUse) -> SenderRow:
    until = sender.paused_until
    return SenderRow(
        sender.address, sender.kind, sender.rate_milli, until,
        until is not None and until >= senders.UNTIL_A_PERSON_ACTS, sender.paused_reason or "",
        use.campaigns, use.active,
    )  # fmt: skip
