"""The administration: every key of its four pages, what they promise, their empty states and errors."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from textual.widgets import Input, Static

from tests.support.real_desk import Built
from tests.support.screen import Driver, driving_real
from trd_tui.services.administration_views import AuditQuery
from trd_tui.settings_file import SettingsPlace
from trd_tui.tui.actions import rebind
from trd_tui.tui.administration.page import AdministrationPage
from trd_tui.tui.administration.screen import AdministrationScreen
from trd_tui.tui.columns_people import value_of
from trd_tui.tui.service_desk import ServiceDesk
from trd_tui.tui.service_desk.administration import Administration

Drive = Driver[ServiceDesk]


def page(d: Drive) -> AdministrationPage:
    screen = d.app.front
    assert isinstance(screen, AdministrationScreen)
    return screen.front


async def shows(d: Drive, text: str) -> None:
    """It is on the screen, sooner or later."""
    await d.until(lambda: text in d.text())


async def answer(d: Drive, text: str) -> None:
    """Type into the question that is open."""
    await d.until(lambda: bool(d.app.screen.query("#dialog-input")))
    field = d.app.screen.query_one("#dialog-input", Input)
    field.value = text
    await d.press("enter")


async def search(d: Drive, text: str) -> None:
    """As typed, but at once: other tests type letter by letter."""
    await d.press("slash")
    field = d.app.screen.query_one("#search", Input)
    field.value = text
    await d.press("enter")


def wrong(d: Drive) -> str:
    return str(d.app.screen.query_one("#dialog-wrong", Static).content)


async def test_senders(built: Built, tmp_path: Path) -> None:
    async with driving_real(built, tmp_path / "x.db") as d:
        await d.press("f6")
        await shows(d, "7 senders")
        await d.press("enter")
        await shows(d, "● active     Real Estate Q1 2024")
        await d.press("escape", "a")
        await answer(d, "555")
        assert wrong(d).startswith("✗ ")
        await answer(d, "+1 (888) 555-0123")
        await shows(d, "8 senders")
        assert "toll free" in d.text()
        await d.press("a")
        await answer(d, "+18885550123")
        assert "is known already" in d.toasts()
        await d.press("G", "t")
        await answer(d, "fast")
        assert "rate: write segments a second" in wrong(d)
        await answer(d, "2.5")
        await shows(d, "2.5/s")
        await d.press("p")
        assert "z does not take it back: r resumes it." in d.text()
        await answer(d, "moving")
        await shows(d, "paused until a person resumes it: moving")
        assert "r resume" in d.line("#hints")
        assert "p pause" not in d.line("#hints")
        await d.press("v")
        await shows(d, "paused: moving")
        assert "Texts of the senders that are marked ▲ do not go out." in d.text()
        await d.press("escape")
        await d.press("r")
        assert d.app.focused is not None
        assert d.app.focused.id == "cancel"
        await d.press("y")
        await d.until(lambda: "paused until" not in d.text())
        await d.press("p")
        await d.press("escape")
        await d.press("g", "x")  # a campaign uses it
        assert "is used by 1 campaign; give them another sender" in d.toasts()
        await d.press("G", "x")
        assert d.app.focused is not None
        assert d.app.focused.id == "cancel"
        await d.press("y")
        await shows(d, "7 senders")
        await d.press("v")
        await shows(d, "✔ carrier")
        assert "Nothing keeps texts from going out here." in d.text()
        await d.press("escape", "4")
        await shows(d, "remove")
        told = [row.act for row in page(d).table.loaded_rows()[:5]]
        assert told == ["remove", "resume", "pause", "rate", "add"]


async def test_suppressions(built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with driving_real(built, tmp_path / "x.db", (80, 24)) as d:
        await d.press("f6", "2")
        await shows(d, "37 numbers")
        await d.press("enter")
        await shows(d, "opted out by text")
        await d.press("escape", "a")
        await answer(d, "12")
        assert wrong(d).startswith("✗ ")
        await answer(d, "(212) 555-0177")
        await shows(d, "its sequences end")
        await shows(d, "z does not take it back: x lifts")
        await answer(d, "asked on the phone")
        await shows(d, "38 numbers")
        assert "is texted no more" in d.toasts()
        row = page(d).table.loaded_rows()[0]
        assert (row.number, row.reason, row.by) == ("+12125550177", "asked on the phone", "ann")
        cursor = page(d).table.cursor_id
        await d.press("slash", *"phone")  # reasons are searched, too
        await shows(d, " 1 number")
        await d.press("escape")
        await shows(d, "38 numbers")
        await d.press("f")
        await shows(d, "All reasons")
        await d.press("b")
        await shows(d, "· reason  asked on the phone")
        await d.press("escape")
        await shows(d, "38 numbers")
        await d.press("g", "x")
        await answer(d, "")
        assert "write something" in wrong(d)
        await answer(d, "a slip of ours")
        await d.until(lambda: d.top == "Confirm")
        assert d.app.focused is not None
        assert d.app.focused.id == "cancel"
        await d.press("enter")
        assert page(d).table.total == 38  # Cancel lifts nothing
        await d.press("x")
        await answer(d, "a slip of ours")
        await d.until(lambda: d.top == "Confirm")
        await d.press("y")
        await shows(d, "37 numbers")
        assert page(d).table.cursor_id != cursor
        assert "may be texted again · z puts it back" in d.toasts()
        await d.press("z")
        await shows(d, "38 numbers")
        assert "+12125550177 gets no text again." in d.toasts()
        assert "may be texted again" not in d.toasts(), "it is not so any more"
        assert page(d).table.cursor_id == cursor
        kept = page(d).table.row
        assert kept is not None
        assert (kept.number, kept.reason, kept.by, kept.since) == (row.number, row.reason, "ann", row.since)
        await d.press("j", "x")
        await answer(d, "agreed anew")
        await d.until(lambda: d.top == "Confirm")
        for said in ("They opted out by their own text on", "21610", "puts it back"):
            await shows(d, said)
        await d.press("n", "k", "x")
        await answer(d, "a slip of ours")
        await d.until(lambda: d.top == "Confirm")
        assert "by their own text" not in d.text()
        await d.press("y")
        await shows(d, "37 numbers")
        file = tmp_path / "list.csv"
        file.write_text("phone,reason\n+12125550178,bought list\n12,\n+12125550179,\n,\n")
        await d.press("i")
        header = tmp_path / "header.csv"
        header.write_text("phone,reason\n")
        await answer(d, str(header))
        await shows(d, "✗ Nobody is in this file")
        path = d.app.screen.query_one(Input)
        path.value = str(tmp_path / "lis")
        await d.press("tab")
        await d.until(lambda: path.value == str(file))
        await d.press("enter")
        await d.until(lambda: d.top == "Confirm")
        for said in (
            "2 numbers would be texted no more",
            "no more. z does",
            "1 rejected: why stands below",
            "1 · ",
            "line 3: 12 ",
            "4 rows. Nothing is stored yet.",
            "1 empty",
        ):
            await shows(d, said)
        await d.press("enter")  # the cursor is on Cancel
        assert page(d).table.total == 37
        await d.press("i")
        await answer(d, str(file))
        await d.until(lambda: d.top == "Confirm")
        await d.press("y")
        await shows(d, "39 numbers")
        await d.press("g")
        await shows(d, "ann (a file)")
        assert "3 rows read: 2 suppressed" in d.toasts()
        assert f"1 rejected row is in {tmp_path / 'list-rejects.csv'}." in d.toasts()
        assert "line 3: " in (tmp_path / "list-rejects.csv").read_text()
        await d.press("z")
        assert (
            "2 numbers stay suppressed; x on Administration's suppressions lifts one at a time." in d.toasts()
        )
        await d.press("i")
        await answer(d, str(tmp_path / "none.csv"))
        dialog = d.app.screen
        await shows(d, "✗")
        assert dialog.query_one(Input).value.endswith("none.csv")  # to be mended, not typed again
        await d.press("escape", "e")
        (made,) = (tmp_path / "trd-exports").glob("*/suppressions.csv")
        assert len(list(csv.reader(made.read_text().splitlines()))) == 40
        assert "39 rows in\n~/trd-exports/" in d.toasts()


async def test_settings(built: Built, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("# mine\nlease_s = 9  # quick\n")
    try:
        async with driving_real(built, tmp_path / "x.db") as d:
            await d.press("f6", "3")
            await shows(d, "29 settings   to be read: a demonstration changes none of yours")
            assert "edit" not in d.line("#hints")
            await d.press("enter")
            assert "A demonstration leaves your settings as they are" in d.toasts()
            administration = d.desk.administration
            assert isinstance(administration, Administration)
            environment = {"TRD_TWILIO_AUTH_TOKEN": "hush"}
            administration.place = SettingsPlace(environment, tmp_path / "host.toml", file)
            await search(d, "lease")
            await shows(d, " 1 setting")
            assert "A change holds from the next start" in d.text()
            await d.press("enter")
            await answer(d, "soon")
            assert "lease_s must be a number of seconds above 0" in wrong(d)
            await answer(d, "12")
            await shows(d, "▲ from the next start: lease_s")
            assert file.read_text() == "# mine\nlease_s = 12  # quick\n"
            (entry,) = (await administration.audit(AuditQuery(act="set"))).rows
            assert (entry.subject_id, entry.before["value"], entry.after["value"]) == ("lease_s", "9", "12")
            await d.press("x")
            await d.until(lambda: d.top == "Confirm")
            await d.press("y")
            await d.until(lambda: file.read_text() == "# mine\n")
            await search(d, "twilio_auth")
            await shows(d, "set (not shown)")
            assert "hush" not in d.text()
            await d.press("enter")
            assert "TRD_TWILIO_AUTH_TOKEN is set in the environment" in d.toasts()
            await search(d, "carrier")
            await d.press("g", "enter")
            await answer(d, "twilio")
            assert "twilio needs twilio_account_sid and twilio_auth_token first" in d.toasts()
            await search(d, "keymap")
            await shows(d, " 1 setting")
            await d.press("o")
            await shows(d, "audit_filter")
            await d.press("escape", "enter")
            await answer(d, "setting_edit=f7 setting_unset=o")
            assert "'setting_unset' (unset) and of 'setting_names' (names)" in wrong(d)
            await answer(d, "setting_edit=f7")
            await shows(d, "f7 edit")
            assert file.read_text() == '# mine\n\n[keymap]\nsetting_edit = "f7"\n'
            await search(d, "theme")
            await d.press("g")
            await d.until(lambda: page(d).table.cursor_id == "theme")
            await d.press("f7")
            await answer(d, "blue")
            assert "there is no theme blue; known are " in wrong(d)
            await answer(d, "trd-light")
            await d.until(lambda: d.app.theme == "trd-light")
            assert "▲ from the next start" in d.text()  # of the lease alone
            assert "theme is saved, and holds now." in d.toasts()
    finally:
        rebind({})


async def test_audit(built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with driving_real(built, tmp_path / "x.db", (80, 24)) as d:
        await d.press("p", "y")  # an act of ann's
        await d.press("f6", "4")
        await shows(d, "17 acts")
        rows = page(d).table.loaded_rows()
        assert [row.at for row in rows] == sorted((row.at for row in rows), reverse=True)
        assert (rows[0].actor, rows[0].act) == ("ann", "pause")
        await d.press("enter")
        await shows(d, "Before")
        assert "status" in d.text()
        assert rows[0].subject_id in d.text()
        await d.press("escape", "f", "p")
        await shows(d, "Which person?")
        await d.press("b")
        await shows(d, "· person  ann")
        assert page(d).table.total == 1
        await d.press("f", "c")
        await shows(d, f"· campaign  {rows[0].name}"[:40])
        await d.press("escape")
        await shows(d, "17 acts")
        await d.press("f", "a")
        await shows(d, "Which act?")
        await d.press("enter")
        await shows(d, "· act ")
        of_kind = page(d).table.total
        assert of_kind is not None
        await d.press("e")
        (made,) = (tmp_path / "trd-exports").glob("*/audit.csv")
        assert len(list(csv.DictReader(made.read_text().splitlines()))) == of_kind
        await d.press("f", "asterisk")
        await shows(d, "17 acts")
        await search(d, "luxury")  # a campaign by its name
        await shows(d, " 2 acts")
        await search(d, "nothing like it")
        await shows(d, "No act matches; esc shows all again.")
        await d.press("escape")
        await shows(d, "17 acts")
        await d.press("o")
        await d.until(lambda: d.top == "CampaignScreen")
        await d.press("f6")  # back to the first screen of the part, as it was left
        assert page(d).id == "audit"
        await d.press("colon", *"luxury")
        await shows(d, "Open this campaign; it is active")
        await d.press("enter")
        await d.until(lambda: d.top == "CampaignScreen")
        assert "Luxury Home Buyers" in d.text()


def test_an_instant_of_the_audit_is_a_date_and_a_count_is_a_number() -> None:
    at = 1_795_984_849_712  # as a lifted suppression keeps since when it stood
    assert value_of("since", at) == value_of("until", at) == value_of("created_at", at)
    assert value_of("since", at).endswith("UTC")
    assert value_of("sent", at) == f"{at:,}"
