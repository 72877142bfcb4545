"""Who gets in, how often and with how much; and that every refusal has one shape."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.support.api import ANN, Api, api_on
from tests.support.world import START
from trd_tui.api import gate
from trd_tui.api.gate import Limits
from trd_tui.api.rate import BURST_MS, RateLimit
from trd_tui.clock import SystemClock
from trd_tui.services import tokens

LIST = "/api/drip-campaign/list"


class StandingClock(SystemClock):
    """Real time that a test moves."""

    def __init__(self) -> None:
        self.instant = START

    def now(self) -> int:
        return self.instant

    def real(self) -> int:
        return self.instant


HEADERS = (
    None,
    "",
    "Bearer",
    "Bearer ",
    "Basic {secret}",
    "{secret}",
    "Bearer x{secret}",
    "Bearer {secret}x",
    "Bearer trd_0123456789abcdef_" + "A" * 43,
    "Bearer \xff",
)


async def test_nobody_gets_in_without_a_token_that_holds(sqlite_api: Api) -> None:
    for path in (LIST, "/api/v1/control/stop", "/api/nothing", "/api/"):
        for header in HEADERS:
            said: dict[bytes, bytes] = {}
            if header is not None:
                said[b"Authorization"] = header.format(secret=sqlite_api.secret).encode("latin-1")
            answer = await sqlite_api.http.post(path, headers=said, content=b"{")
            assert (answer.status_code, list(answer.json())) == (401, ["error"]), (path, header)
            assert answer.headers["www-authenticate"] == "Bearer"


async def test_another_secret_for_a_known_key_is_refused(sqlite_api: Api) -> None:
    key = sqlite_api.secret[: len("trd_0123456789abcdef_")]
    answer = await sqlite_api.http.get(LIST, headers={"Authorization": f"Bearer {key}{'A' * 43}"})
    assert answer.status_code == 401


async def test_a_revoked_or_expired_token_is_refused_from_the_next_call_on(sqlite_url: str) -> None:
    clock = StandingClock()
    async with api_on(sqlite_url, clock=clock) as api:
        await api.get(LIST)
        await tokens.revoke(api.db, clock, ANN, "front")
        assert (await api.call("GET", LIST)).status == 401
        api.secret = (await tokens.create(api.db, clock, ANN, "short", START + 1_000)).secret
        clock.instant = START + 999
        await api.get(LIST)
        clock.instant = START + 1_000
        assert (await api.call("GET", LIST)).status == 401


async def test_health_metrics_and_the_description_need_no_token(sqlite_api: Api) -> None:
    for path in ("/healthz", "/readyz", "/metrics", "/openapi.json"):
        assert (await sqlite_api.http.get(path)).status_code == 200
        assert (await sqlite_api.http.head(path)).status_code == 200, "load balancers ask so"


@pytest.fixture
async def narrow(sqlite_url: str) -> AsyncIterator[Api]:
    async with api_on(sqlite_url, limits=Limits(calls_per_s=1, json_bytes=1_000, csv_bytes=2_000)) as api:
        yield api


async def test_too_many_calls_are_told_when_to_come_again(narrow: Api) -> None:
    answers = [await narrow.call("GET", LIST) for _ in range(4)]
    refused = [answered for answered in answers if answered.status == 429]
    assert refused
    assert int(refused[0].headers["retry-after"]) >= 1
    assert list(refused[0].body) == ["error"]
    # another token has a bucket of its own, and a monitor none
    narrow.secret = (await tokens.create(narrow.db, narrow.product.clock, ANN, "other")).secret
    await narrow.get(LIST)
    assert (await narrow.http.get("/healthz")).status_code == 200


async def test_the_log_names_the_route_of_a_refused_call_and_nobody(
    narrow: Api, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", gate.log.name)
    number = "/api/v1/suppressions/+12125550123?reason=ann"
    await narrow.http.delete(number)
    await narrow.http.get(number)
    await narrow.call("POST", "/api/drip-campaign/create", content=b"x" * 1_001)
    await narrow.http.get("/api/v2/+12125550123")
    while (await narrow.call("GET", f"{LIST}?search=ann")).status != 429:
        pass
    said = [record.getMessage() for record in caplog.records if record.name == gate.log.name]
    assert said[:4] == [
        "DELETE /api/v1/suppressions/{number} 401",
        "GET /api/v1/suppressions/{number} 401",
        "POST /api/drip-campaign/create 413",
        "GET (no route) 401",
    ]
    assert said[-1] == f"GET {LIST} 429"


def test_a_bucket_gives_its_rate_and_no_more() -> None:
    limit = RateLimit(10)
    taken = [limit.wait_ms(1, 0) for _ in range(30)]
    assert taken.count(0) == 10 * BURST_MS // 1_000
    wait = limit.wait_ms(1, 0)
    assert wait == 1
    assert limit.wait_ms(1, wait) == 0  # a bucket may go into debt by one call
    passed = sum(limit.wait_ms(1, at) == 0 for at in range(1_000, 11_000, 10))
    assert passed == pytest.approx(100, abs=12)
    assert RateLimit(0).wait_ms(1, 0) == 0


@pytest.mark.parametrize(("kind", "most"), [("application/json", 1_000), ("text/csv", 2_000)])
async def test_a_body_that_is_too_large_is_not_read_to_its_end(
    sqlite_url: str, kind: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "LINGER_BYTES", 1_000)
    taken = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal taken
        for _ in range(1_000):
            taken += 100
            yield b"x" * 100

    limits = Limits(calls_per_s=0, json_bytes=1_000, csv_bytes=2_000)
    async with api_on(sqlite_url, limits=limits) as api:
        path = "/api/v1/suppressions/import" if kind == "text/csv" else "/api/drip-campaign/create"
        said = {"Content-Type": kind}
        whole = await api.call("POST", path, content=b"x" * (most + 1), headers=said)
        streamed = await api.call("POST", path, content=pieces(), headers=said)
        just = await api.call("POST", path, content=b"x" * most, headers=said)
    for answered in (whole, streamed):
        assert answered.status == 413
        assert answered.body == {"error": f"the body is larger than {most:,} bytes; send less at once"}
    assert whole.headers["connection"] == "close"  # by what it said of itself
    assert taken <= most + 1_000 + 200
    assert just.status == 400


async def test_every_error_has_the_same_shape(sqlite_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = await sqlite_api.call("GET", "/api/v2")
    assert (unknown.status, list(unknown.body)) == (404, ["error"])
    method = await sqlite_api.call("PUT", LIST)
    assert (method.status, list(method.body)) == (405, ["error"])
    assert method.headers["allow"] == "GET"

    async def fails(*_args: Any, **_more: Any) -> Any:
        raise ZeroDivisionError("secret inner matters")

    monkeypatch.setattr("trd_tui.api.front.campaign_page", fails)
    fault = await sqlite_api.call("GET", LIST)
    assert (fault.status, list(fault.body)) == (500, ["error"])
    assert "secret" not in fault.body["error"]


async def test_a_database_that_cannot_is_a_503_that_names_no_file(sqlite_api: Api) -> None:
    await sqlite_api.db.write(lambda conn: conn.exec_driver_sql("DROP TABLE totals").rowcount)
    answered = await sqlite_api.call("GET", LIST)
    assert answered.status == 503
    assert answered.headers["retry-after"] == "5"
    assert "trd.db" not in answered.body["error"]
