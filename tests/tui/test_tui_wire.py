"""What goes over the line: a terminal that is not ours shows what was wanted; a thin line is not flooded."""

from __future__ import annotations

import os
import re
import sys
from heapq import heappop, heappush
from pathlib import Path

import pyte
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tests.bench.terminal import COLUMNS, LINES, Terminal
from trd_tui.tui.wire.cells import Cell, cells_of
from trd_tui.tui.wire.look import PLAIN, blank
from trd_tui.tui.wire.pace import ASK_EVERY, GIVEN_UP_S, ON_THE_WAY, QUESTION, Pace
from trd_tui.tui.wire.shown import Shown

WIDTH, HEIGHT = 24, 12

STYLES = [
    Style.parse(definition)
    for definition in (
        "",
        "bold",
        "#ff8800 on #101820",
        "red",
        "reverse",
        "dim cyan on blue",
        "underline strike",
    )
]
# pyte draws a wide character in two cells as we do; what is wider by a joiner is tested apart
TEXTS = ["a", "Bc", "   ", "●", "██▏··", "日本", "x" * 30, "é"]

segments = st.lists(
    st.builds(Segment, st.sampled_from(TEXTS), st.sampled_from(STYLES)), min_size=0, max_size=6
)


def line_of(parts: list[Segment]) -> list[Cell]:
    strip = Strip(parts).adjust_cell_length(WIDTH)
    return cells_of([strip], ColorSystem.TRUECOLOR)


def rotated(lines: list[list[Cell]], by: int) -> list[list[Cell]]:
    return lines[by:] + lines[:by]


frames = st.one_of(
    st.lists(segments.map(line_of), min_size=HEIGHT, max_size=HEIGHT),
    st.integers(-5, 5),  # the last frame, scrolled
    st.dictionaries(st.integers(0, HEIGHT - 1), segments.map(line_of), max_size=3),
)


def drawn(screen: pyte.Screen) -> list[list[tuple[object, ...]]]:
    """What a person sees in each cell: the colour of a blank is its ground only."""
    return [[seen(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)]


def seen(char: pyte.screens.Char) -> tuple[object, ...]:
    lines = (char.underscore, char.strikethrough, char.reverse)
    if char.data == " " and not any(lines):
        return (" ", char.bg)
    return (char.data, char.fg, char.bg, char.bold, char.italics, *lines)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(frames, min_size=1, max_size=6))
def test_a_terminal_shows_what_the_last_frame_wanted(wanted: list[object]) -> None:
    screen, judge = pyte.Screen(WIDTH, HEIGHT), pyte.Screen(WIDTH, HEIGHT)
    terminal = pyte.Stream(screen)
    shown = Shown()
    shown.forget(WIDTH, HEIGHT)
    lines = [line_of([])] * HEIGHT
    for frame in wanted:
        if isinstance(frame, int):
            lines = rotated(lines, frame)
        elif isinstance(frame, dict):
            lines = [frame.get(y, line) for y, line in enumerate(lines)]
        else:
            assert isinstance(frame, list)
            lines = frame
        terminal.feed(shown.frame((y, 0, line) for y, line in enumerate(lines)))
        assert shown.frame((y, 0, line) for y, line in enumerate(lines)) == ""
    whole = Shown()  # the judge gets the last frame alone, without a difference to anything
    whole.forget(WIDTH, HEIGHT)
    pyte.Stream(judge).feed(whole.frame((y, 0, line) for y, line in enumerate(lines)))
    assert drawn(screen) == drawn(judge)
    for y, line in enumerate(lines):
        text = "".join(character for character, _look in line)
        assert "".join(screen.buffer[y][x].data for x in range(WIDTH)).rstrip() == text.rstrip()


def test_one_cell_costs_a_place_and_a_character() -> None:
    shown = Shown()
    shown.forget(WIDTH, HEIGHT)
    shown.frame([(3, 0, line_of([Segment("Sent 214")]))])
    assert shown.frame([(3, 0, line_of([Segment("Sent 215")]))]) == "\x1b[4;8H5"


def test_a_scrolled_list_costs_its_new_lines_only() -> None:
    shown = Shown()
    shown.forget(WIDTH, HEIGHT)
    rows = [line_of([Segment(f"campaign {number:02}")]) for number in range(20)]
    shown.frame((y, 0, rows[y]) for y in range(HEIGHT))
    written = shown.frame((y, 0, rows[y + 1]) for y in range(HEIGHT))
    assert written == f"\x1b[1;{HEIGHT}r\x1b[1;1H\x1b[1M\x1b[r\x1b[{HEIGHT};1Hcampaign {HEIGHT:02}" + " " * 13


def test_a_joined_sign_is_one_character_of_two_cells() -> None:
    family = "👩‍👩‍👧"
    cells = cells_of([Strip([Segment(family + "x")])], ColorSystem.TRUECOLOR)
    assert cells == [(family, PLAIN), ("", PLAIN), ("x", PLAIN)]
    assert blank(PLAIN).fore is None


def test_frames_are_left_out_while_the_line_is_full_and_go_on_after_the_answer() -> None:
    pace = Pace()
    questions, written, now = 0, 0, 0.0
    while not pace.full(now):
        questions += pace.asking("x" * 600, now).count(QUESTION)
        written += 600
    assert ON_THE_WAY < written <= ON_THE_WAY + 600
    for _ in range(questions):
        pace.answered()
    assert not pace.full(now)


def test_a_long_frame_asks_on_its_way_and_only_where_the_cursor_is_placed_anew() -> None:
    lines = [f"\x1b[{y};1H\x1b[1;38;2;1;2;3m" + "ä" * 130 for y in range(1, 11)]
    pace = Pace()
    asking = pace.asking("".join(lines), 0.0)
    assert asking.replace(QUESTION, "") == "".join(lines)
    parts = asking.split(QUESTION)
    assert all(part.startswith("\x1b[") and len(part.encode()) < 2 * ASK_EVERY for part in parts if part)
    assert pace.full(0.0)
    assert len(parts) > 4
    pace.answered()
    pace.answered()
    assert not pace.full(0.0), "the next one need not wait for all of it"


def test_a_terminal_that_never_answers_is_not_waited_for_twice() -> None:
    pace = Pace()
    pace.asking("x" * 10_000, 0.0)
    assert pace.full(GIVEN_UP_S)
    assert not pace.full(GIVEN_UP_S + 0.1)
    assert QUESTION not in pace.asking("x" * 10_000, 3.0)


def test_a_lost_answer_stops_nothing() -> None:
    pace = Pace()
    pace.asking("x" * 2_000, 0.0)
    pace.answered()
    pace.asking("x" * 10_000, 1.0)
    assert pace.full(1.5)
    assert not pace.full(1.1 + GIVEN_UP_S)
    assert pace.asking("x" * 2_000, 4.0).endswith(QUESTION)


RATE, DELAY_S = 20_000, 0.06
"""A thin line: bytes a second, and seconds one way."""


def behind(hertz: int, drawing: float) -> float:
    """A key that scrolls a list, held for three seconds: for how many more the far end is still painting."""
    pace, free_at, shown_at, waiting, left_out = Pace(), 0.0, 0.0, 0, False
    coming = [(at / hertz + DELAY_S, "key") for at in range(3 * hertz)]
    while coming:
        now, what = heappop(coming)
        waiting += what == "key"
        if what == "answer":
            pace.answered()
        if what == "drawn" and not (left_out := pace.full(now)):
            lines = "".join(f"\x1b[{y};1H" + "x" * 280 for y in range(waiting))
            asking = pace.asking(f"\x1b[7;1H{lines}" + "x" * 360, now)
            begun, waiting = max(free_at, now), 0
            free_at = begun + len(asking) / RATE
            shown_at = free_at + DELAY_S
            for asked in re.finditer(re.escape(QUESTION), asking):
                heappush(coming, (begun + asked.end() / RATE + 2 * DELAY_S, "answer"))
        elif waiting and "drawn" not in {kind for _, kind in coming} and not (left_out and pace.full(now)):
            heappush(coming, (now + drawing, "drawn"))
    return shown_at - 3.0


def test_a_held_key_on_a_thin_line_is_at_most_300_ms_behind() -> None:
    late = [behind(hertz, ms / 1000) for hertz in (10, 20, 25, 30) for ms in range(5, 65, 5)]
    assert 0.1 < max(late) <= 0.3


APP = """
import asyncio
from tests.support.fake_desk import FakeDesk, many_rows
from trd_tui.tui.app import TrdApp

desk = FakeDesk(many_rows(300))

async def opened():
    return desk

TrdApp(opened, poll=3600, theme="trd-dark").run()
"""

ESC = b"\x1b"
WALK = (b"j", b"j", b" ", b"\x1b[6~", b"\x1b[6~", b"k", b"\x1b[5~", b"G", b"g", b".", ESC, b"/", b"1", ESC,
        b"?", ESC, b"2", b"1")  # fmt: skip


def test_painting_the_whole_screen_anew_changes_nothing(tmp_path: Path) -> None:
    """Through a real terminal's device: cursor, marks, pages, menu, search and help."""
    screen = pyte.Screen(COLUMNS, LINES)
    stream = pyte.ByteStream(screen)
    environment = {"HOME": str(tmp_path), "PYTHONPATH": os.getcwd()}
    with Terminal([sys.executable, "-c", APP], environment) as terminal:
        terminal.until(b"sending here")
        for key in WALK:
            terminal.key(key, quiet=0.15 if key == ESC else 0.06)
        size = 0
        for _ in range(20):  # a busy machine paints the list late
            terminal.settle(0.5)
            stream.feed(_known(terminal.seen[size:]))
            size = len(terminal.seen)
            if "Harbour" in "\n".join(screen.display):
                break
        before = drawn(screen)
        terminal.key(b"\x0c", quiet=0.2)
        assert len(terminal.seen) - size > 3_000, "it was not painted anew"
        stream.feed(_known(terminal.seen[size:]))
    assert drawn(screen) == before


def _known(written: bytes | bytearray) -> bytes:
    """Without the sequences that a terminal takes silently and pyte prints."""
    return re.sub(rb"\x1b\[[<>=?][\d;]*[a-zA-Z$]+[a-z]?", b"", bytes(written))


def test_behind_a_wide_character_the_next_change_stands_in_its_own_column() -> None:
    screen, shown = pyte.Screen(WIDTH, 1), Shown()
    shown.forget(WIDTH, 1)
    terminal = pyte.Stream(screen)
    for text in ("日        x", "本        y"):
        terminal.feed(shown.frame([(0, 0, line_of([Segment(text)]))]))
    assert [screen.buffer[0][x].data for x in (0, 9, 10, 11)] == ["本", " ", "y", " "]
