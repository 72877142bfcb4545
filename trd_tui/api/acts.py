"""One act on one campaign: 404 where there is none, 409 where its status does not allow it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from trd_tui.api.caller import Caller
from trd_tui.api.errors import ApiError
from trd_tui.clock import Clock
from trd_tui.domain.consent import without_consent
from trd_tui.domain.not_stored import NotStored, start_goes_without
from trd_tui.services import campaigns, listing
from trd_tui.services.actor import Actor
from trd_tui.services.previews import preview
from trd_tui.services.views import ActResult, CampaignDetail
from trd_tui.store.database import Database

Act = Callable[[Database, Clock, Actor, Sequence[str]], Awaitable[list[ActResult]]]


async def campaign(by: Caller, id_: str) -> CampaignDetail:
    """The campaign.

    Raises:
        ApiError: there is none.
    """
    found = await listing.campaign_detail(by.db, id_)
    if found is None:
        raise ApiError(404, f"there is no campaign {id_}")
    return found


def done(result: ActResult) -> ActResult:
    """The result of an act that was done.

    Raises:
        ApiError: it was refused.
    """
    if not result.ok:
        raise ApiError(409, result.message)
    return result


async def act(by: Caller, id_: str, what: Act) -> ActResult:
    """Do an act.

    Raises:
        ApiError: there is no such campaign, or it does not allow the act.
    """
    await campaign(by, id_)
    (result,) = await what(by.db, by.clock, by.actor, [id_])
    return done(result)


def start_warnings(typed: Sequence[NotStored], done: ActResult) -> list[str]:
    """What a start went without, and how many have no consent on record."""
    found = [start_goes_without(typed)] if typed else []
    if without := done.figures.get("without_consent"):
        found.append(f"{without_consent(int(without), int(done.figures.get('contacts') or 0))}.")
    return found


async def resume(by: Caller, id_: str, policy: str | None) -> ActResult:
    """Resume by a policy, or by the campaign's own.

    Raises:
        ApiError: there is no such campaign, or it is not paused.
    """
    await campaign(by, id_)
    (result,) = await campaigns.resume(
        by.db, by.clock, by.actor, [id_], policy=policy, max_lateness_ms=lateness_ms(by)
    )
    return done(result)


async def delete(by: Caller, id_: str, *, confirmed: bool) -> ActResult:
    """Delete, but say first what would go.

    Raises:
        ApiError: there is no such campaign, or nobody has confirmed.
    """
    row = (await campaign(by, id_)).row
    if not confirmed:
        said = await preview(by.db, by.clock, "delete", [id_])
        would = {
            "contacts": row.contact_count,
            "waitingMessages": row.waiting_count,
            "sentMessages": row.sent_count,
            "replies": row.replied_count,
        }
        raise ApiError(409, f"{said.sentence} Say it with confirm: true", more={"wouldRemove": would})
    (result,) = await campaigns.delete(by.db, by.clock, by.actor, [id_])
    return done(result)


def lateness_ms(by: Caller) -> int:
    """Campaign milliseconds after which an overdue touch waits for a person, whatever the policy."""
    return int(by.settings.max_lateness_h * 3_600_000)
