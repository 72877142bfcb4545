"""Sends what is due on a world, without an engine around it: claimed, accepted, recorded."""

from __future__ import annotations

from tests.support.world import World
from trd_tui.carriers.protocol import Accepted
from trd_tui.domain.frequency import Caps
from trd_tui.engine.claiming import Claimer
from trd_tui.engine.ready import Done
from trd_tui.engine.recording import record_batch
from trd_tui.store import lease


def send_due(world: World, at: int) -> list[str]:
    """Send what is due at an instant; returns to whom."""
    world.run("UPDATE control SET heartbeat_at = :at", at=at)  # no downtime in between
    token = world.db.write(lease.acquire, "us", "test", at, 60_000)
    assert token is not None
    claimer = Claimer(caps=Caps(0, 0))  # how often one contact may be texted is not the matter here
    batch = world.db.write(claimer.claim, token=token, now=at, real=at, slots=100, horizon_ms=60_000).batch
    done = [Done(ready, Accepted(f"SM{ready.message_id}-{ready.attempts}")) for ready in batch]
    world.db.write(record_batch, claimer.sequences, done, at, at)
    return [ready.request.to for ready in batch]
