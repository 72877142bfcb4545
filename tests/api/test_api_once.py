"""A create that is asked for twice with one key is done once, on both kinds of database."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.support.api import ANN, CREATE, Api
from trd_tui.api.once import KEPT_MS
from trd_tui.services import tokens
from trd_tui.store import idempotency
from trd_tui.store.errors import StoreError

PATH = "/api/drip-campaign/create"


async def create(api: Api, key: str, body: dict[str, Any] = CREATE) -> Any:
    return await api.call("POST", PATH, json=body, headers={"Idempotency-Key": key})


async def total(api: Api) -> int:
    return int((await api.get("/api/drip-campaign/list"))["pagination"]["total"])


async def test_the_second_call_gets_the_first_answer(api: Api) -> None:
    first, second = await create(api, "a"), await create(api, "a")
    assert (first.status, second.status) == (200, 200)
    assert second.body == first.body
    assert second.headers["idempotent-replayed"] == "true"
    assert await total(api) == 1
    assert (await create(api, "b")).status == 200
    assert await total(api) == 2


async def test_a_key_belongs_to_one_request_of_one_token(sqlite_api: Api) -> None:
    await create(sqlite_api, "a")
    other = await create(sqlite_api, "a", {**CREATE, "name": "Other"})
    assert other.status == 422
    assert "Idempotency-Key" in other.body["error"]
    sqlite_api.secret = (await tokens.create(sqlite_api.db, sqlite_api.product.clock, ANN, "two")).secret
    assert (await create(sqlite_api, "a", {**CREATE, "name": "Other"})).status == 200


async def test_calls_at_the_same_time_make_one_campaign(sqlite_api: Api) -> None:
    answers = await asyncio.gather(*(create(sqlite_api, "a") for _ in range(4)))
    assert {answered.status for answered in answers} <= {200, 409}
    assert await total(sqlite_api) == 1


async def test_a_refused_create_may_be_tried_again_with_its_key(sqlite_api: Api) -> None:
    bad = {**CREATE, "contacts": [{"phone": "12"}]}
    assert (await create(sqlite_api, "a", bad)).status == 422
    assert (await create(sqlite_api, "a")).status == 200


async def test_one_whose_end_is_not_known_is_never_done_again(
    sqlite_api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(*_args: Any, **_more: Any) -> Any:
        raise StoreError("the disk is gone")

    monkeypatch.setattr("trd_tui.api.front.create_and_start", lost)
    assert (await create(sqlite_api, "a")).status == 503
    monkeypatch.undo()
    again = await create(sqlite_api, "a")
    assert again.status == 409
    assert "end is not known" in again.body["error"]
    assert await total(sqlite_api) == 0


async def test_v1_creates_understand_keys_too_and_bad_keys_are_named(sqlite_api: Api) -> None:
    body = {"name": "Spring", "sender": "+15005550006", "timezone": "America/New_York"}
    answers = [
        await sqlite_api.call("POST", "/api/v1/campaigns", json=body, headers={"Idempotency-Key": "k"})
        for _ in range(2)
    ]
    assert [answered.status for answered in answers] == [201, 201]
    assert answers[0].body == answers[1].body
    assert await total(sqlite_api) == 1
    bad = await create(sqlite_api, "x" * 201)
    assert bad.status == 400
    assert bad.body["error"].startswith("Idempotency-Key: ")


async def test_answers_are_forgotten_after_a_week(api: Api) -> None:
    def begin(real: int) -> Any:
        return api.db.write(idempotency.begin, 1, "a", "print", real, KEPT_MS)

    assert await begin(0) is None
    await api.db.write(idempotency.keep, 1, "a", 200, "{}")
    assert await begin(KEPT_MS) == ("print", 200, "{}")
    assert await begin(KEPT_MS + 1) is None
