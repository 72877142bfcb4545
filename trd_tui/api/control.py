"""The emergency stop."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Body

from trd_tui.api.caller import By, Caller
from trd_tui.api.errors import declared
from trd_tui.api.strict import v1_router
from trd_tui.api.v1_models import ControlAnswer, Released, StopAsked
from trd_tui.domain.instants import iso
from trd_tui.services import control, health
from trd_tui.store.control import ControlState

router = v1_router("control", "Control")


async def _shape(by: Caller, state: ControlState) -> dict[str, Any]:
    ready = await health.readiness(by.db, by.clock)
    return {
        "stopped": state.stopped,
        "by": state.by,
        "at": iso(state.at),
        "reason": state.reason,
        "sender": ready.sender,
    }


@router.get("", response_model=ControlAnswer, summary="Whether sending is stopped, and who sends")
async def show(by: By) -> dict[str, Any]:
    """By whom, since when and why."""
    return await _shape(by, await control.state(by.db))


@router.post(
    "/stop",
    response_model=ControlAnswer,
    summary="Stop all automated sending, everywhere",
    responses=declared(413),
)
async def stop(by: By, asked: Annotated[StopAsked | None, Body()] = None) -> dict[str, Any]:
    """Harmless when it is stopped already: the first reason stays."""
    reason = asked.reason if asked else None
    return await _shape(by, await control.stop(by.db, by.clock, by.actor, reason or None))


@router.post("/start", response_model=Released, summary="Release the emergency stop")
async def start(by: By) -> dict[str, Any]:
    """In a copy of a database it says that this one sends from now on."""
    return {"stopped": False, "released": await control.start(by.db, by.clock, by.actor)}
