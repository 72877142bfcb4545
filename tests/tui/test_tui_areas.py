"""The ways between the parts of the app, and what every one of them says of these and of the stop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual.widgets import Static

from tests.support.fake_desk import HOUR, NOW, FakeDesk
from tests.support.real_desk import Built
from tests.support.screen import driving, driving_real
from trd_tui.domain.carrier_trouble import IN_WORDS, SHORT
from trd_tui.services.views import Connected
from trd_tui.tui.areas import AREAS, Area
from trd_tui.tui.desk import EngineView
from trd_tui.tui.inbox.screen import InboxScreen
from trd_tui.tui.topbar import Told, area_parts, cells, top_line

EVERYWHERE = (
    ("f2",),
    ("j", "enter"),
    ("2", "enter"),
    ("f2", "n"),
    ("f3",),
    ("j", "a"),
    ("f4",),
    ("f5",),
    ("f6",),
)
"""Keys that lead through every kind of screen, also to where ``!`` would be typed."""


async def test_every_screen_says_what_the_key_of_the_stop_does_now(built: Built, tmp_path: Path) -> None:
    async with driving_real(built, tmp_path / "x.db", (80, 24)) as d:
        await d.press("exclamation_mark")
        assert "! release" in d.line("#hints")  # at once, not with the next key
        for keys in EVERYWHERE:
            await d.press(*keys)
            assert "! release" in d.line("#hints"), keys
        await d.press("colon", *"release")
        await d.until(lambda: "Release  (!)" in d.text())
        await d.press("escape", "exclamation_mark", "y")
        assert "! stop" in d.line("#hints")
        for keys in EVERYWHERE:
            await d.press(*keys)
            assert "! stop" in d.line("#hints"), keys


async def test_a_campaign_is_opened_and_made_where_campaigns_are(built: Built, tmp_path: Path) -> None:
    async with driving_real(built, tmp_path / "x.db") as d:
        for _ in range(2):  # the second time it is open there already
            await d.press("f6", "colon", *"lead fol")
            await d.until(lambda: "Open this campaign; it is paused" in d.text())
            await d.press("enter", "enter")
            await d.until(lambda: d.app.current_mode == "overview")
            await d.settle()
            assert "Lead Follow-up December" in d.text()
            assert [type(s).__name__ for s in d.app.screen_stack] == ["OverviewScreen", "CampaignScreen"]
        for area in ("f3", "f4", "f5", "f6"):
            await d.press("f2", area)
            assert "n new campaign" in d.line("#hints") or area == "f3", area  # its own acts come first
            await d.press("n")
            assert (d.app.current_mode, d.top) == ("overview", "NewCampaignScreen")
        assert len(d.app.screen_stack) == 2
        await d.press("S", "escape")
        await d.until(lambda: d.app.current_mode == "administration")  # where one came from, the last time
        assert "What you typed is kept" in d.toasts()
        await d.press("n", "f3", "f2", "escape")  # one has gone on by oneself
        assert (d.app.current_mode, d.top) == ("overview", "OverviewScreen")


async def test_escape_leads_from_every_part_to_what_is_open_at_home(built: Built, tmp_path: Path) -> None:
    async with driving_real(built, tmp_path / "x.db") as d:
        await d.press("j", "enter")
        for keys in (
            ("f3", "enter", "escape"),
            ("f4", "enter", "escape"),
            ("f5",),
            ("f6", "2", "slash", "+", "escape"),
        ):
            await d.press(*keys)
            assert d.app.current_mode != "overview"  # what is open within a part is left before
            await d.press("escape")
            assert (d.app.current_mode, d.top) == ("overview", "CampaignScreen"), keys
        await d.press("escape", "escape")
        assert d.top == "OverviewScreen"


def test_who_sends_yields_to_the_names_of_the_parts_where_that_is_enough() -> None:
    engine = EngineView(role="watching", holder="trd app on vm, process 30249")
    for width, names, holder in ((120, True, False), (170, True, True), (80, False, False)):
        told = Told("overview", 0, "Acme", "ann", [], engine, False, "twilio", 1.0, NOW, "UTC")
        left, right = top_line(told, width)
        assert ("Administration" in str(left) or "Admin" in str(left)) == names
        assert ("30249" in str(right)) == holder


def test_the_parts_stand_in_the_top_line_in_the_fullest_form_that_fits() -> None:
    seen = []
    for room in range(90):
        parts = area_parts("reports", 12, room)
        text = "".join(part.text for part in parts)
        assert len(text) <= max(room, len("  f4 Reports "))  # the one in front has its name always
        if text.split() not in seen:
            seen.append(text.split())
        # reversed and bold: not by colour alone
        assert {part.action for part in parts if part.tone == "chosen"} == {"go('reports')"}
    assert [" ".join(form) for form in seen] == [
        "f4 Reports", "f4 Reports ●12", "f4 Reports f2-f6 ●12", "f2 f3 ●12 f4 Reports f5 f6",
        "f2 Overview f3 ●12 f4 Reports f5 f6", "f2 Overview f3 Inbox ●12 f4 Reports f5 f6",
        "f2 Overview f3 Inbox ●12 f4 Reports f5 Health f6",
        "f2 Overview f3 Inbox ●12 f4 Reports f5 Health f6 Admin",
        "f2 Overview f3 Inbox ●12 f4 Reports f5 Health f6 Administration",
    ]  # fmt: skip


@given(
    width=st.integers(80, 220),
    area=st.sampled_from(AREAS),
    unread=st.integers(0, 200),
    actor=st.text("abcdefgh.", min_size=1, max_size=40),
    here=st.integers(0, 5),
    engine=st.sampled_from([
        EngineView(role="sending"), EngineView(role="sending", rate=1234.0), EngineView(role="starting"),
        EngineView(role="ended"), EngineView(role="watching", holder="server-12.example.com (trd run)"),
    ]),
    halted=st.booleans(),
    carrier=st.sampled_from(["twilio", "simulated"]),
    speed=st.sampled_from([1.0, 600.0, 1_000_000.0]),
    now=st.integers(NOW, NOW + 400 * 24 * HOUR),
    trouble=st.sampled_from([None, "refused", "unreachable"]),
)  # fmt: skip
@example(
    width=80, area=AREAS[-1], unread=10, actor="aaaaa", here=1, engine=EngineView(role="ended"), halted=False,
    carrier="twilio", speed=1_000_000.0, now=1_705_777_320_000, trouble=None,
)  # fmt: skip
def test_the_part_in_front_has_its_name_and_a_gap_parts_both_sides_at_every_width(
    width: int, area: Area, unread: int, actor: str, here: int, engine: EngineView, halted: bool,
    carrier: str, speed: float, now: int, trouble: str | None,
) -> None:  # fmt: skip
    connected = [Connected(f"other{k}", "other", "browser", NOW) for k in range(here)]
    left, right = top_line(
        Told(area.name, unread, "Demonstration", actor, connected, engine, halted, carrier, speed, now,
             "America/Argentina/ComodRivadavia", trouble), width
    )  # fmt: skip
    said = "".join(part.text for part in left)
    front = "".join(part.text for part in left if part.tone == "chosen")
    assert front.split()[:2] in ([area.key, area.label], [area.key, area.label[: len("Admin")]])
    gap = width - cells(left) - cells(right)
    assert gap >= 1 or (gap == 0 and said.endswith(" "))  # the ground of the last one is a gap, too
    if halted:
        assert any("■ STOPPED" in part.text for part in right)
    elif trouble and engine.role in ("sending", "watching"):
        told = "".join(part.text for part in right)
        assert any(f"▲ {words[trouble]}" in told for words in (SHORT, IN_WORDS))


@pytest.mark.parametrize(
    ("width", "speed", "said"),
    [
        (80, 1.0, " TRD  f2 Overview f3 Inbox f4 f5 f6  "),
        (80, 600.0, " TRD  f2 Overview f3 f4 f5 f6  "),
        (100, 1.0, " TRD · Acme Homes  f2 Overview f3 Inbox f4 f5 f6"),
        (120, 1.0, "f6 Admin"),
    ],
)
async def test_the_part_in_front_is_said_at_every_width_whatever_is_sent(
    width: int, speed: float, said: str
) -> None:
    async with driving(FakeDesk(speed=speed), size=(width, 24)) as d:
        assert said in d.line("#topbar")
        before = d.line("#topbar").partition("ann")[0].rstrip()
        d.desk.role = replace(d.desk.role, rate=87.0)
        await d.look()
        assert d.line("#topbar").partition("ann")[0].rstrip() == before
        assert ("87/s" in d.line("#topbar")) == (width >= 100)
        await d.press("exclamation_mark")
        assert all(area.key in d.line("#topbar") for area in AREAS)
        assert ("■ STOPPED ! releases" in d.line("#topbar")) == (width >= 100)


@pytest.mark.parametrize("back", ["escape", "f2"])
async def test_a_reply_is_opened_where_it_is_answered_and_back_again(
    built: Built, tmp_path: Path, back: str
) -> None:
    async with driving_real(built, tmp_path / "x.db") as d:
        await d.press("f3", "4", "slash", "z", "enter")  # a list in which it is not
        await d.press("f2", "j", "enter", "5")
        await d.press("j", "j", "enter", "c")  # the note's key waits for it, too
        assert (d.app.current_mode, d.top) == ("inbox", "AskLine")
        await d.press("escape")
        assert "Greta Zeller" in str(d.app.screen.query_one("#talk-head", Static).content)
        assert "esc back" in d.line("#hints")
        inbox = d.app.screen
        assert isinstance(inbox, InboxScreen)
        await d.until(lambda: inbox.table.row is not None and inbox.table.row.number == inbox.number)
        await d.press(back)
        assert (d.app.current_mode, d.top) == ("overview", "CampaignScreen")
        assert "Greta Zeller" in d.text()  # where one was
        await d.press("f3")
        assert inbox.reading == (back == "f2")  # what one has left by its key is still open
