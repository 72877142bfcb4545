"""A campaign's life cycle: which status may follow which, and the reason when it may not."""

from __future__ import annotations

from enum import StrEnum


class CampaignStatus(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    ARCHIVED = "archived"


class CampaignAct(StrEnum):
    """What can be done to a campaign."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    COMPLETE = "complete"
    ARCHIVE = "archive"


_S, _A = CampaignStatus, CampaignAct

TRANSITIONS: dict[tuple[CampaignStatus, CampaignAct], CampaignStatus] = {
    (_S.DRAFT, _A.START): _S.ACTIVE,
    (_S.ACTIVE, _A.PAUSE): _S.PAUSED,
    (_S.PAUSED, _A.RESUME): _S.ACTIVE,
    (_S.ACTIVE, _A.COMPLETE): _S.COMPLETED,
    (_S.DRAFT, _A.ARCHIVE): _S.ARCHIVED,
    (_S.PAUSED, _A.ARCHIVE): _S.ARCHIVED,
    (_S.COMPLETED, _A.ARCHIVE): _S.ARCHIVED,
}
"""Every legal transition. What is not here is refused."""

_REMEDY: dict[tuple[CampaignStatus, CampaignAct], str] = {
    (_S.DRAFT, _A.PAUSE): "it has not been started; there is nothing to pause",
    (_S.DRAFT, _A.RESUME): "it has not been started; start it instead",
    (_S.DRAFT, _A.COMPLETE): "it has not been started",
    (_S.ACTIVE, _A.START): "it is already running",
    (_S.ACTIVE, _A.RESUME): "it is already running",
    (_S.ACTIVE, _A.ARCHIVE): "it is still sending; pause it first",
    (_S.PAUSED, _A.START): "it has been started before; resume it instead",
    (_S.PAUSED, _A.PAUSE): "it is already paused",
    (_S.PAUSED, _A.COMPLETE): "it is paused; resume it first",
    (_S.COMPLETED, _A.START): "all its touches are done; duplicate it to run it again",
    (_S.COMPLETED, _A.PAUSE): "all its touches are done; there is nothing to pause",
    (_S.COMPLETED, _A.RESUME): "all its touches are done; duplicate it to run it again",
    (_S.COMPLETED, _A.COMPLETE): "it is already completed",
}


class IllegalTransitionError(Exception):
    """The campaign's status does not allow this act; the message says why and what to do instead."""


def transition(status: CampaignStatus, act: CampaignAct) -> CampaignStatus:
    """Return the status that follows, or refuse.

    Raises:
        IllegalTransitionError: the act is not allowed in this status.
    """
    following = TRANSITIONS.get((status, act))
    if following is None:
        raise IllegalTransitionError(refusal(status, act))
    return following


EDITABLE = (_S.DRAFT, _S.ACTIVE, _S.PAUSED)
"""Statuses in which settings and touches can be changed."""


def edit_refusal(name: str, status: str) -> str | None:
    """Why a campaign cannot be edited any more; ``None`` when it can."""
    if status in EDITABLE:
        return None
    return f"{name} is {status}, it cannot be edited any more; duplicate it and edit the copy"


def refusal(status: CampaignStatus, act: CampaignAct) -> str | None:
    """Say why this act is refused in this status; ``None`` when it is allowed."""
    if (status, act) in TRANSITIONS:
        return None
    if status is _S.ARCHIVED:
        return f"cannot {act}: the campaign is archived; duplicate it to run it again"
    return f"cannot {act}: the campaign is {status}, {_REMEDY[status, act]}"
