from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.peer.server import ACCOUNT, TOKEN, Peer, running_peer
from trd_tui.carriers.twilio import TwilioCarrier


@pytest.fixture
async def peer(tmp_path: Path) -> AsyncIterator[Peer]:
    """A peer held to Twilio's own description of its API; a violation fails the test."""
    async with running_peer(tmp_path / "peer.jsonl") as running:
        yield running
        assert running.contract is not None
        assert running.contract.violations == []
        assert running.contract.checked >= running.api.requests, "the description was not asked"


@pytest.fixture
async def twilio(peer: Peer) -> AsyncIterator[TwilioCarrier]:
    carrier = TwilioCarrier(ACCOUNT, (ACCOUNT, TOKEN), api_base=peer.url, timeout_s=0.5)
    yield carrier
    await carrier.close()
