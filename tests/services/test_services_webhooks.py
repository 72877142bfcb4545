"""A webhook is added with a secret seen once, listed, tried and removed; acts are audited without it."""

from __future__ import annotations

import json

import pytest

from tests.support.receiver import receiving
from tests.support.services import Desk
from trd_tui.domain.webhook import Event, WebhookError
from trd_tui.services import webhooks
from trd_tui.store import webhooks as rows


async def test_its_life_is_audited_and_its_secret_is_not(desk: Desk) -> None:
    args = (desk.db, desk.clock, desk.actor)
    done = await webhooks.add(*args, "https://crm.example.com/hook", "reply,alert", None)
    assert (done.name, done.events) == ("crm.example.com", ("reply", "alert"))
    assert done.secret.startswith("whsec_")
    other = await webhooks.add(*args, "https://crm.example.com/hook", "reply", "  my  crm ")
    assert (other.name, other.secret == done.secret) == ("my crm", False)
    with pytest.raises(WebhookError, match="there is a webhook my crm already"):
        await webhooks.add(*args, "https://x.example", "reply", "my crm")
    await desk.db.write(rows.emit, [Event("reply", {})], desk.clock.real())
    assert [(row.name, row.waiting) for row in await webhooks.page(desk.db)] == [
        ("crm.example.com", 1),
        ("my crm", 1),
    ]
    await webhooks.remove(*args, "my crm")
    with pytest.raises(WebhookError, match="there is no webhook my crm"):
        await webhooks.remove(*args, "my crm")
    assert await desk.one("SELECT count(*) FROM outbox") == 1
    acts = await desk.rows(
        "SELECT actor, act, subject_id, before, after FROM audit WHERE subject = 'webhook'"
    )
    assert [act[:3] for act in acts] == [
        ("ann", "add", "crm.example.com"),
        ("ann", "add", "my crm"),
        ("ann", "remove", "my crm"),
    ]
    assert json.loads(acts[2][4]) == {"dropped": 1}
    assert done.secret not in json.dumps(acts)


async def test_a_test_is_posted_at_once_past_the_outbox(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    async with receiving() as receiver:
        done = await webhooks.add(desk.db, desk.clock, desk.actor, receiver.url, "reply")
        receiver.secret = done.secret
        answer = await webhooks.test(desk.db, desk.clock, done.name)
        assert answer.ok
        assert [said["event"] for said in receiver.got] == ["test"]
        assert receiver.forged == 0
        receiver.answer = lambda _post: 404
        answer = await webhooks.test(desk.db, desk.clock, done.name)
        assert (answer.ok, answer.said) == (False, "answered 404")
    answer = await webhooks.test(desk.db, desk.clock, done.name)
    assert answer.said.startswith("no connection")
    assert await desk.one("SELECT count(*) FROM outbox") == 0
    with pytest.raises(WebhookError, match="there is no webhook x"):
        await webhooks.test(desk.db, desk.clock, "x")
