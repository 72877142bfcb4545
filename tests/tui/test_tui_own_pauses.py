"""A campaign that pauses by itself is told, wherever one is, and stands in the list as such."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from time import monotonic

import pytest

from tests.support.real_desk import Built
from tests.support.screen import Driver, driving, driving_real
from trd_tui.domain.allowance import USED_UP
from trd_tui.services.listing import OwnPause
from trd_tui.store.database import SyncDatabase
from trd_tui.tui import own_pauses


async def shows_toast(d: Driver, said: str) -> None:
    await d.until(lambda: said in d.toasts())


async def test_who_pauses_by_itself_is_told_once_and_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_pauses, "FIRST_AFTER", 0.0)
    monkeypatch.setattr(own_pauses, "EVERY", 0.0)
    async with driving() as d:
        await d.look()
        assert "by itself" not in d.toasts()
        await d.press("f3")  # not where the list is
        d.desk.change("camp_7", status="paused")
        d.desk.paused_alone = [OwnPause("camp_7", "Property Management Leads", USED_UP)]

        async def told() -> bool:
            await d.look()
            return "Property Management Leads has paused by itself" in d.toasts()

        for _ in range(50):
            if await told():
                break
        assert "Its budget is used up. S changes its limits, r resumes." in d.toasts()
        await d.press("f2")
        await d.until(lambda: "! by rule" in d.text())
        for _ in range(3):
            d.desk.change("camp_7", sent_count=300)
            await d.look()
        assert sum("has paused by itself" in str(said) for said in d.app.told) == 1
        other = OwnPause("camp_3", "Commercial", "half of its texts failed")
        for found, said in (
            ([other], "Half of its texts failed. enter on it says more; r resumes once it is mended."),
            (
                [other._replace(id="camp_1"), OwnPause("camp_2", "Other", USED_UP)],
                "Where it is the budget, S changes its limits; else enter on it says more. Then r resumes.",
            ),
        ):
            d.desk.paused_alone = [*d.desk.paused_alone, *found]
            d.desk.change("camp_7", sent_count=d.desk.rows["camp_7"].sent_count + 1)
            await d.look()
            await shows_toast(d, said)
        d.desk.change("camp_7", status="active")
        d.desk.paused_alone = []
        await d.look()
        await d.until(lambda: "! by rule" not in d.text())


async def test_a_delete_that_is_taken_back_shows_the_pause_at_once_and_tells_it_no_second_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(own_pauses, "FIRST_AFTER", 0.0)
    monkeypatch.setattr(own_pauses, "EVERY", 0.0)
    async with driving() as d:
        alone = [OwnPause("camp_7", "Property Management Leads", USED_UP)]
        d.desk.change("camp_7", status="paused", sent_count=0)
        d.desk.paused_alone = alone
        await d.look()
        await d.until(lambda: "! by rule" in d.text())
        deleted = d.desk.rows["camp_7"]
        await d.overview.table.stand_on("camp_7")
        await d.press("x", "y")
        d.desk.paused_alone = []
        await d.look()
        await d.until(lambda: not d.app.own_pauses.reasons)
        monkeypatch.setattr(own_pauses, "EVERY", 60.0)  # the next look would be long after
        d.app.own_pauses._next = monotonic() + 60.0
        d.desk.rows["camp_7"], d.desk.paused_alone = deleted, alone
        await d.press("z")
        assert "! by rule" in d.text()
        assert sum("has paused by itself" in str(said) for said in d.app.told) == 1


async def test_a_sender_that_the_carrier_refuses_is_told_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_pauses, "FIRST_AFTER", 0.0)
    monkeypatch.setattr(own_pauses, "EVERY", 0.0)
    async with driving() as d:
        await d.look()
        for entry in (1, 2):  # resumed, and refused again before anybody looked
            d.desk.paused_alone = [
                OwnPause("+12125559999", "+12125559999", "no number", entry, is_sender=True)
            ]
            d.desk.change("camp_7", sent_count=300 + entry)

            def told(times: int = entry) -> bool:
                return sum("The system has paused +12125559999" in str(said) for said in d.app.told) == times

            for _ in range(50):
                await d.look()
                if told():
                    break
            assert told()
        assert d.toasts().count("The system has paused +12125559999") == 1
        assert "No number. Nothing goes from it. f6, 1 says more; r there resumes it" in d.toasts()
        assert "! by rule" not in d.text()


@pytest.mark.parametrize("width", [80, 120])
async def test_campaigns_whose_sender_is_paused_are_marked_until_it_is_not(
    built: Built, tmp_path: Path, width: int
) -> None:
    def pause(until: int | None) -> None:
        database = SyncDatabase(f"sqlite:///{tmp_path / 'x.db'}")
        with closing(database.engine.raw_connection()) as raw:
            raw.execute("UPDATE senders SET paused_until = ?", (until,))
            raw.execute("UPDATE control SET writes = writes + 1")
            raw.commit()
        database.close()

    async with driving_real(built, tmp_path / "x.db", size=(width, 24)) as d:
        await d.look()
        assert "‖ sender" not in d.text()
        pause(built.start + 7_200_000)
        await d.look()
        await d.until(lambda: d.text().count("‖ sender") == 6)  # five rows, and the figure of what comes next
        await d.press("2", "enter")
        assert "● active, sender paused: f6, 1" in d.text()
        assert "‖ sender next" in d.text()
        await d.press("escape", "3", "r")
        said = " ".join(d.text().replace("│", " ").split())
        assert "is paused: nothing goes until 16:57; f6, 1, r resumes it." in said
        await d.press("n")
        for over in (built.start, None):
            pause(over)
            await d.look()
            await d.until(lambda: "‖ sender" not in d.text())
