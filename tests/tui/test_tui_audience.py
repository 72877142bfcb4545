"""What the parts of the audience's step know, without a screen."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from trd_tui.domain.sheet import AUDIENCE, Sheet
from trd_tui.services.csv_files import FileLook
from trd_tui.services.imports import ContactFileError, ImportReport
from trd_tui.tui.long_act import LongAct
from trd_tui.tui.new_campaign.audience.look import Look
from trd_tui.tui.new_campaign.audience.storing import Storing

FOUND = FileLook(Path("leads.csv"), 2, (), (), ())
WATCH = LongAct("Looking", "rows", lambda: None)
TYPED = Sheet(campaign_id="c1", file="leads.csv", step=AUDIENCE)


class Steps:
    """A desk and a screen in one: tells what it was asked."""

    is_open = True

    def __init__(self, *, fails: bool = False, in_front: bool = True) -> None:
        self.sheet, self.faults, self.fails, self.is_current = TYPED, (), fails, in_front
        self.answers, self.loaded, self.told = asyncio.Event(), list[Sheet](), list[str]()
        self.ready = SimpleNamespace(new_campaign=self)
        self.report = ImportReport("leads.csv", rows=2, enrolled=2)

    async def look(self, *_: Any) -> tuple[FileLook, ImportReport]:
        await self.answers.wait()
        if self.fails:
            raise ContactFileError("leads.csv is no text")
        return FOUND, self.report

    async def load(self, sheet: Sheet, _watch: Any) -> ImportReport:
        self.loaded.append(sheet)
        return self.report

    async def carried(self, _doing: str, _unit: str, work: Any) -> Any:
        return await work(WATCH)

    async def audience(self, _id: str) -> Any:
        return SimpleNamespace(contacts=2)

    async def check(self, _sheet: Sheet) -> tuple[()]:
        return ()

    async def keep(self) -> None: ...

    def typed(self, **_: Any) -> None: ...

    def lacks(self, sentence: str) -> None:
        self.told.append(sentence)

    def notify(self, sentence: str, **_: Any) -> None:
        self.told.append(sentence)


async def looked(steps: Steps, *, meanwhile: str = "") -> Look:
    """Look; something else may be typed while the desk reads."""
    look = Look(cast("Any", steps), lambda: steps.sheet, lambda: None)
    looking = asyncio.create_task(look.begin(WATCH))
    await asyncio.sleep(0)
    assert str(look.said) == "Looking at the file …"
    if meanwhile:
        steps.sheet = replace(steps.sheet, file=meanwhile)
    steps.answers.set()
    await looking
    return look


@pytest.mark.parametrize("fails", [False, True])
async def test_a_look_at_what_is_not_typed_any_more_finds_nothing(fails: bool) -> None:
    steps = Steps(fails=fails)
    look = await looked(steps, meanwhile="others.csv")
    assert (look.said, look.found, look.wrong) == (None, None, {})
    assert not any(look.has_tried(each) for each in (TYPED, steps.sheet))
    look = await looked(Steps(fails=fails))
    assert look.has_tried(TYPED) is not fails
    assert look.wrong == ({"file": "leads.csv is no text"} if fails else {})


@pytest.mark.parametrize("in_front", [False, True])
async def test_a_file_is_imported_once_and_told_where_it_is_not_seen(in_front: bool) -> None:
    steps = Steps(in_front=in_front)
    storing = Storing(cast("Any", steps), await looked(steps))
    assert not storing.waits(replace(TYPED, file=" "))
    assert not await storing.load(replace(TYPED, consent="written"))  # it was not looked at
    assert steps.loaded == []
    assert not await storing.load(TYPED)  # its report is to be read first
    assert steps.told == ([] if in_front else ["2 contacts of 2 rows joined the draft."])
    assert await storing.load(TYPED)
    assert steps.loaded == [TYPED]
    await storing.emptied()
    assert storing.waits(TYPED)
