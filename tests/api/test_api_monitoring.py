"""Health, readiness and metrics: what a monitor reads, without a token, from kept counters."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, text

from tests.support.api import Api, api_on
from trd_tui.clock import real_now
from trd_tui.domain.carrier_trouble import CarrierTrouble
from trd_tui.store import control, lease


def samples(body: str) -> dict[str, float]:
    """Prometheus' text as a dictionary; every sample must have its HELP and TYPE before it."""
    found: dict[str, float] = {}
    family = ""
    for line in body.splitlines():
        if line.startswith("# HELP "):
            family = line.split()[2]
        elif line.startswith("# TYPE "):
            assert line.split()[2] == family
            assert line.split()[3] in ("counter", "gauge")
            assert (line.split()[3] == "counter") == family.endswith("_total")
        else:
            name, value = line.rsplit(" ", 1)
            assert name.partition("{")[0] == family
            assert name not in found
            found[name] = float(value)
    return found


async def scrape(api: Api) -> dict[str, float]:
    answer = await api.http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return samples(answer.text)


async def test_metrics_are_the_figures_of_the_demonstration(demo: Api) -> None:
    found = await scrape(demo)
    assert found["trd_messages_sent_total"] == 2_561
    assert found["trd_messages_delivered_total"] == 2_513
    assert found["trd_messages_failed_total"] == 48
    assert found["trd_replies_total"] == 150
    assert found['trd_campaigns{status="active"}'] == 5
    active = (await demo.get("/api/v1/campaigns", status="active"))["campaigns"]
    waiting = 0
    for campaign in active:
        waiting += (await demo.get(f"/api/v1/campaigns/{campaign['id']}"))["waiting"]
    assert found["trd_queue_depth"] == found['trd_messages{state="scheduled"}'] == waiting > 0
    assert (found["trd_scheduler_alive"], found["trd_emergency_stop"]) == (0, 0)
    await demo.post("/api/v1/control/stop")
    await demo.call("GET", "/nothing")
    found = await scrape(demo)
    assert found["trd_emergency_stop"] == 1
    assert found['trd_api_requests_total{status="404"}'] == 1
    assert found['trd_api_requests_total{status="200"}'] == 8


async def test_a_carrier_that_cannot_be_asked_is_told_while_somebody_sends(demo: Api) -> None:
    trouble = CarrierTrouble("refused", "Twilio refused the credentials", real_now())
    await demo.db.write(control.set_trouble, trouble)
    assert (await scrape(demo))['trd_carrier_trouble{kind="refused"}'] == 0, "nobody has asked since"
    await demo.db.write(lease.acquire, "us", "test", real_now(), 60_000)
    found = await scrape(demo)
    assert found['trd_carrier_trouble{kind="refused"}'] == 1
    assert found['trd_carrier_trouble{kind="unreachable"}'] == 0


async def test_what_is_on_its_way_and_held_is_told_apart(demo: Api) -> None:
    ids = "SELECT id FROM scheduled_messages WHERE state = 'scheduled' ORDER BY id LIMIT 3"

    def move(conn: Any) -> None:
        first, *others = conn.execute(text(ids)).scalars()
        change = text("UPDATE scheduled_messages SET state = :state WHERE id = :id")
        conn.execute(change, {"state": "sending", "id": first})
        for other in others:
            conn.execute(change, {"state": "unknown", "id": other})

    await demo.db.write(move)
    found = await scrape(demo)
    assert found['trd_messages{state="sending"}'] == 1
    assert found['trd_messages{state="unknown"}'] == 2


async def test_a_scrape_never_reads_the_messages_through(demo: Api) -> None:
    await demo.http.get("/metrics")
    assert demo.db._reader is not None
    said: list[str] = []
    event.listen(
        demo.db._reader.sync_engine, "before_cursor_execute", lambda *given: said.append(str(given[2]))
    )
    await demo.http.get("/metrics")
    about_messages = [statement for statement in said if "messages" in statement]
    (plan,) = about_messages
    steps = await demo.db.read(lambda conn: conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {plan}").all())
    assert "idx_messages_in_flight" in str(steps)


async def test_ready_needs_the_database_its_version_and_where_it_sends_a_sender(sqlite_url: str) -> None:
    async with api_on(sqlite_url, needs_sender=True) as api:
        alone = await api.http.get("/readyz")
        assert (alone.status_code, alone.json()["checks"]["scheduler"]) == (503, "nobody sends")
        now = api.product.clock.real()
        await api.db.write(lease.acquire, "me", "trd run on a host", now, 60_000)
        ready = await api.http.get("/readyz")
        assert (ready.status_code, ready.json()["ready"]) == (200, True)
        assert "a host" not in ready.text
        control = await api.get("/api/v1/control")
        assert control["sender"] == "trd run on a host"
        await api.db.write(_run, "UPDATE leases SET expires_at = 1")
        assert (await api.http.get("/readyz")).status_code == 503
        assert (await scrape(api))["trd_scheduler_alive"] == 0
        await api.db.write(_run, "UPDATE alembic_version SET version_num = '0001'")
        old = await api.http.get("/readyz")
        assert (old.status_code, old.json()["checks"]["schema"]) == (
            503,
            "of another version; run trd init",
        )
        assert (await api.http.get("/healthz")).json()["status"] == "ok"


async def test_without_a_scheduler_of_its_own_it_is_ready_alone(sqlite_api: Api) -> None:
    assert (await sqlite_api.http.get("/readyz")).status_code == 200


async def test_a_database_that_does_not_answer_is_not_ready(sqlite_api: Api, monkeypatch: Any) -> None:
    from trd_tui.store.errors import UnreachableError

    async def away(*_args: Any) -> Any:
        raise UnreachableError("the database server of trd on db.example cannot be reached")

    monkeypatch.setattr(sqlite_api.db, "read", away)
    answer = await sqlite_api.http.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        503,
        {"ready": False, "checks": {"database": "does not answer"}},
    )
    metrics = await sqlite_api.http.get("/metrics")
    assert metrics.status_code == 503
    assert "db.example" not in metrics.text


def _run(conn: Any, statement: str) -> None:
    conn.execute(text(statement))
