"""The real desk on a real database, with the scheduler of this process."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from trd_tui.clock import SystemClock, VirtualClock, real_now
from trd_tui.services.demo import build_demo
from trd_tui.services.views import ActCancelledError, ContactQuery, ListQuery, SortKey
from trd_tui.settings import Settings
from trd_tui.store import commit_watch
from trd_tui.tui.app import TrdApp
from trd_tui.tui.desk import Desk
from trd_tui.tui.launch import database_name, desk_opener, local_zone
from trd_tui.tui.service_desk import ServiceDesk
from trd_tui.tui.service_desk import acts as desk_acts
from trd_tui.wiring import Product, open_product


async def prepare(settings: Settings) -> Product:
    product = open_product(settings, clock=SystemClock())
    start = await build_demo(product.db, real_now())
    product.clock = VirtualClock.starting(start, 1.0)
    return product


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[ServiceDesk]:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'acme.db'}", actor="ann")
    found = await desk_opener(settings, prepare=prepare)()
    assert isinstance(found, ServiceDesk)
    yield found
    await found.close()


async def test_it_reads_what_the_screens_show(desk: Desk) -> None:
    assert (desk.title, desk.actor, desk.carrier) == ("acme", "ann", "simulated")
    overview = await desk.overview()
    assert overview.summary.total_messages == 2561
    query = ListQuery(sort=SortKey.SENT, limit=3)
    page = await desk.page(query)
    assert (len(page.rows), page.total) == (3, 7)
    assert await desk.rank(page.rows[2].id, query) == 2
    assert len(await desk.ids(ListQuery(status="active"))) == 5
    detail = await desk.detail(page.rows[0].id)
    assert detail is not None
    assert len(detail.touches) == 9
    contacts = await desk.contacts(page.rows[0].id, ContactQuery(limit=5))
    assert (len(contacts.rows), contacts.total) == (5, 95)
    assert await desk.detail("camp_0") is None


async def test_the_token_moves_with_a_change_and_only_then(
    desk: ServiceDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, woken, told = asyncio.get_running_loop(), asyncio.Event(), threading.Event()
    desk.stop_now()  # so that the scheduler changes nothing meanwhile
    await desk.stop_everywhere()
    before = [await desk.token() for _ in range(3)]
    assert await desk.token() in before
    monkeypatch.setattr(commit_watch, "FIRST_S", 0)

    def wake() -> None:
        loop.call_soon_threadsafe(woken.set)

    desk.wake_on_changes(wake)
    await woken.wait()  # the first look
    woken.clear()
    monkeypatch.setattr(desk._engine, "touch", told.set)
    with closing(sqlite3.connect(tmp_path / "acme.db", isolation_level=None)) as another:
        another.execute("UPDATE control SET writes = writes + 1")
    async with asyncio.timeout(10):
        await woken.wait()
    assert await asyncio.to_thread(told.wait, 10), "the scheduler, which looks seldom, is told of it"
    assert await desk.token() not in before


async def test_acts_and_their_undo(desk: Desk) -> None:
    active = await desk.ids(ListQuery(status="active"))
    preview = await desk.preview("pause", active)
    assert preview.campaigns == 5
    dates = {row.id: row.next_due_at for row in (await desk.page(ListQuery(status="active"))).rows}
    results = await desk.act("pause", active)
    assert all(result.ok for result in results)
    assert all(result.ok for result in await desk.undo("pause", results))
    after = {row.id: row.next_due_at for row in (await desk.page(ListQuery(status="active"))).rows}
    assert set(after) == set(dates)

    [deleted] = await desk.act("delete", active[:1])
    assert (await desk.page(ListQuery())).total == 6
    [back] = await desk.undo("delete", [deleted])
    assert back.message == "is back, active again, with its dates as they were"
    assert (await desk.page(ListQuery())).total == 7
    detail = await desk.detail(active[0])
    assert detail is not None
    assert detail.row.status == "active"  # it goes on, because its deletion was fresh

    [copied] = await desk.act("duplicate", active[:1], name="Another")
    assert (await desk.page(ListQuery(search="another"))).total == 1
    await desk.undo("duplicate", [copied])
    assert (await desk.page(ListQuery(search="another"))).total == 0

    paused = await desk.ids(ListQuery(status="paused"))
    resumed = await desk.act("resume", paused)
    assert resumed[0].ok
    await desk.act("start", ["nobody"])  # each undo knows its own act, whatever was done after it
    undone = await desk.undo("resume", resumed)
    assert undone[0].ok
    assert undone[0].message.startswith("paused again; dates that the resume moved stay moved; ")
    assert undone[0].message.endswith(" wait")
    assert await desk.ids(ListQuery(status="paused")) == paused


async def test_a_pause_taken_back_after_an_undone_resume_claims_no_dates_of_before(desk: Desk) -> None:
    desk.stop_now()
    [id_] = (await desk.ids(ListQuery(status="active")))[:1]
    paused = await desk.act("pause", [id_])
    await desk.undo("resume", await desk.act("resume", [id_]))
    [back] = await desk.undo("pause", paused)
    assert back.message == "active again; dates that were moved since that pause stay moved"


async def test_a_start_that_is_called_off_and_others_after_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.stop_now()
    ids = list(await desk.ids(ListQuery(status="paused")))
    active = list(await desk.ids(ListQuery(status="active")))[:2]
    ids += [result.campaign_id for result in await desk.act("pause", active)]
    seen: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        if len(seen) == 3:  # the first is resumed, the second has not begun
            raise ActCancelledError

    results = await desk.act("resume", ids, progress=progress)
    assert [result.ok for result in results] == [True, False, False]
    assert results[1].message == "is paused, as before"
    contacts = {row.id: row.contact_count for row in (await desk.page(ListQuery())).rows}
    total = sum(contacts[i] for i in ids)
    assert seen == [(0, total), (contacts[ids[0]], total), (contacts[ids[0]], total)]


async def test_many_are_changed_in_steps_that_can_be_called_off(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_acts, "AT_ONCE", 2)
    seen: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        if done == 4:
            raise ActCancelledError

    active = await desk.ids(ListQuery(status="active"))
    results = await desk.act("pause", active, progress=progress)
    assert [result.ok for result in results] == [True, True, True, True, False]
    assert seen == [(0, 5), (2, 5), (4, 5)]
    assert len(await desk.ids(ListQuery(status="active"))) == 1


async def test_an_export_goes_into_a_new_folder_of_the_users_home(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    ids = (await desk.ids(ListQuery()))[:2]
    where, results = await desk.export(ids)
    again, _ = await desk.export(ids)
    assert all(result.ok for result in results)
    assert where.startswith("~/trd-exports/")
    assert again != where
    assert len(list((tmp_path / where[2:]).iterdir())) == 4


async def test_stop_release_and_speed(desk: Desk) -> None:
    desk.stop_now()
    await desk.stop_everywhere()
    await desk.token()
    seen = await desk.overview()
    assert [desk.stopped, seen.stopped] == [True, True]
    assert not await desk.release(replace(seen, stop_reason="another")), "nobody was asked about that one"
    assert (await desk.overview()).stopped
    assert await desk.release(seen)
    await desk.token()
    assert [desk.stopped, (await desk.overview()).stopped] == [False, False]
    assert desk.speed == 1.0


async def test_the_app_on_a_real_database(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'demo.db'}", actor="ann")
    app = TrdApp(desk_opener(settings, title="Acme Homes", prepare=prepare), poll=0.05, theme="trd-dark")
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        from trd_tui.tui.overview.screen import OverviewScreen

        assert isinstance(app.screen, OverviewScreen)
        screen: OverviewScreen = app.screen
        for _ in range(500):
            if screen.table.total == 7 and screen.overview is not None:
                break
            await pilot.pause(0.02)
        assert screen.overview is not None
        assert screen.overview.summary.total_contacts == 912
        await pilot.press("P")
        for _ in range(200):
            if len(app.screen_stack) > 1:
                break
            await pilot.pause(0.02)
        await pilot.press("y")
        for _ in range(300):
            if screen.overview.counts.get("paused") == 6:
                break
            await pilot.pause(0.02)
        assert screen.overview.counts["paused"] == 6
        await pilot.press("q")
        for _ in range(500):
            if app.desk is None and not app.is_running:
                break
            await pilot.pause(0.02)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:////home/ann/acme.db", "acme"),
        ("postgresql://ann:secret@host/campaigns", "campaigns"),
        ("postgresql://host/campaigns?sslmode=require", "campaigns"),
    ],
)
def test_a_database_is_called_by_its_own_name(url: str, name: str) -> None:
    assert database_name(url) == name


def test_the_zone_comes_from_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", ":America/New_York")
    assert local_zone() == "America/New_York"
    monkeypatch.setenv("TZ", "nonsense/../..")
    assert local_zone(tmp_path / "nothing") == "UTC"
