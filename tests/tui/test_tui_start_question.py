"""What the question of a start or a resume says of what keeps its texts from going."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.real_desk import Built
from tests.support.screen import Driver, driving_real
from trd_tui.carriers.protocol import CarrierAccount
from trd_tui.tui.service_desk import ServiceDesk, administration


class Elsewhere:
    """A carrier whose account owns one number, which no campaign uses."""

    async def check(self) -> CarrierAccount:
        return CarrierAccount("the account is active", frozenset({"+13125550199"}))

    async def close(self) -> None: ...


async def asked(d: Driver[ServiceDesk]) -> str:
    """The question of a resume of the paused campaign, answered with no."""
    await d.press("f2", "3", "r")
    await d.until(lambda: d.top == "Confirm")
    said = " ".join(d.text().replace("│", " ").split())
    await d.press("n")
    return said


async def test_the_emergency_stop_is_said_before_a_resume(built: Built, tmp_path: Path) -> None:
    said = "■ The emergency stop is set: nothing goes until it is released. ! asks for that"
    async with driving_real(built, tmp_path / "x.db") as d:
        assert said not in await asked(d)
        await d.press("exclamation_mark")
        await d.until(lambda: "Nothing is sent any more" in d.toasts())
        assert said in await asked(d)


async def test_a_resume_says_what_its_undo_leaves(built: Built, tmp_path: Path) -> None:
    def overdue(file: Path, hours: int) -> None:
        with closing(sqlite3.connect(file)) as raw, raw:
            raw.execute("UPDATE scheduled_messages SET scheduled_for = ?", (built.start - hours * 3_600_000,))

    file, said = tmp_path / "x.db", "While nothing was sent, z pauses it again, but "
    async with driving_real(built, file) as d:
        overdue(file, -48)
        assert said not in await asked(d), "what lies ahead stays as it is"
        overdue(file, 2)
        assert f"{said}dates that this moves stay moved." in await asked(d)
        overdue(file, 100)
        assert f"{said}what it holds stays for review." in await asked(d)


async def test_a_sender_that_the_carrier_does_not_know_is_said_once_it_was_asked(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(administration, "make_carrier", lambda *_: Elsewhere())
    async with driving_real(built, tmp_path / "x.db") as d:
        said = "is no number of the account: the carrier will refuse its texts; f6, 1, v asks it again."
        assert said not in await asked(d), "nobody has asked the carrier yet"
        await d.press("f6", "v")
        await d.until(lambda: "is no number of this account" in d.text())
        await d.press("escape")
        await d.until(lambda: "▲ no number of the account" in d.text())
        assert "● ready" not in d.text()
        assert said in await asked(d)
