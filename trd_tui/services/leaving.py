"""Taking one contact out of one campaign, by hand; their other campaigns go on."""

from __future__ import annotations

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.domain.message import EnrolmentStatus
from trd_tui.domain.phone import PhoneError, normalise
from trd_tui.domain.refused import RefusedError
from trd_tui.services.actor import WORKSPACE, Actor
from trd_tui.store import audit, campaigns, control, counters, exits, personal
from trd_tui.store.completing import complete_campaigns
from trd_tui.store.counters import CampaignDelta
from trd_tui.store.database import Database


class LeavingError(RefusedError, ValueError):
    """Nothing was changed; the message says why and what to do."""


async def take_out(
    db: Database, clock: Clock, actor: Actor, campaign_id: str, number: str, reason: str
) -> str:
    """End a contact's sequence in one campaign; what waits for them there is not sent any more.

    Args:
        db: the database.
        clock: campaign time.
        actor: who asks.
        campaign_id: the campaign.
        number: the contact's, in any usual notation.
        reason: why, for people.

    Returns:
        The campaign's name.

    Raises:
        LeavingError: no such campaign or contact, or their sequence there is over.
    """
    try:
        to = normalise(number)
    except PhoneError as error:
        raise LeavingError(f"{number}: {error}") from error
    why = " ".join(reason.split())
    if not why:
        raise LeavingError("the reason is empty; say why, for who reads it later: --reason TEXT")
    return await db.write(_take_out, clock, actor, campaign_id, to, why)


def _take_out(
    conn: Connection, clock: Clock, actor: Actor, campaign_id: str, number: str, reason: str
) -> str:
    campaign = campaigns.get(conn, campaign_id)
    if campaign is None:
        raise LeavingError(f"there is no campaign {campaign_id}; see trd campaign list")
    contact = personal.contact_of(conn, number, WORKSPACE)
    if contact is None:
        raise LeavingError(f"there is no contact {number}; import them first, or name another one")
    now, real = clock.now(), clock.real()
    deltas: dict[str, CampaignDelta] = {}
    said = f"taken out by {actor.name}: {reason}"
    if not exits.end_contact(conn, contact, EnrolmentStatus.REMOVED, said, now, deltas, campaign_id):
        raise LeavingError(
            f"{number} has no open sequence in {campaign['name']}; trd contact why says where they stand"
        )
    after = {"number": number, "reason": reason}
    audit.record(conn, actor, "take out", "campaign", campaign_id, None, after, at=real)
    counters.apply(conn, deltas, now)
    complete_campaigns(conn, [campaign_id], now, real)
    control.bump_fence(conn)  # also what is about to be called sees it
    return str(campaign["name"])
