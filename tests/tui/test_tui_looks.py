"""Any terminal and any eyes: contrast, no meaning by colour alone, no colour, no sign beyond ASCII."""

from __future__ import annotations

import itertools
import os
import re
import sys
from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import Theme

from tests.bench.terminal import Terminal
from tests.support.fake_desk import FakeDesk
from tests.support.screen import driving
from tests.tui.test_tui_wire import APP
from trd_tui import tui
from trd_tui.tui import format as show
from trd_tui.tui.theme import CONTRAST, TERMINAL, THEMES, choose
from trd_tui.tui.tones import TONES
from trd_tui.tui.wire.plain import needed, plain

DRAWN = frozenset({"frame", "track"})
"""Tones of lines, not of words."""


def luminance(colour: Color) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [part / 255 for part in (colour.r, colour.g, colour.b)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [t for t in THEMES if t is not TERMINAL], ids=lambda theme: theme.name)
def test_every_word_can_be_read_on_every_ground(theme: Theme) -> None:
    colours = {**theme.to_color_system().generate(), **theme.variables}
    least = 7.0 if theme is CONTRAST else 4.5
    words = {fore for name, (fore, _back, _how) in TONES.items() if fore and name not in DRAWN} | {
        "foreground"
    }
    grounds = ("background", "surface", "panel", "trd-cursor", "trd-cursor-blurred")
    poor = [
        f"{word} on {ground}: {ratio:.1f}"
        for word, ground in itertools.product(sorted(words), grounds)
        if (ratio := contrast(Color.parse(colours[word]), Color.parse(colours[ground]))) < least
    ]
    assert poor == []
    lines = [contrast(Color.parse(colours[TONES[n][0]]), Color.parse(colours["background"])) for n in DRAWN]
    assert min(lines) >= 1.4, "a frame that cannot be seen"


@pytest.mark.parametrize("table", [show.STATUS, show.ENROLMENT], ids=["campaigns", "contacts"])
def test_every_state_has_a_symbol_of_its_own_also_in_ascii(table: dict[str, tuple[str, str]]) -> None:
    symbols = [symbol for symbol, _tone in table.values()]
    assert len(set(symbols)) == len(symbols)
    assert all(plain(symbol).isascii() for symbol in symbols)
    words = {plain(symbol) + word[0] for word, (symbol, _tone) in table.items()}
    assert len(words) == len(symbols), "symbol and first letter tell them apart"


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
async def test_the_words_are_the_same_in_every_theme(theme: str) -> None:
    async with driving(FakeDesk()) as d:
        d.app.theme = theme
        await d.settle()
        assert "● active" in d.text()
        assert "▌" in d.text()


@pytest.mark.parametrize(
    ("environment", "ascii_only"),
    [
        ({}, False),
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LANG": "C.utf8"}, False),
        ({"LANG": "de_DE.ISO-8859-1"}, True),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, True),
        ({"LANG": "de_DE.ISO-8859-1", "LC_CTYPE": "C.UTF-8"}, False),
        ({"TERM": "vt220"}, True),
        ({"TERM": "vt220", "TRD_ASCII": "0"}, False),
        ({"TRD_ASCII": "1"}, True),
    ],
)
def test_ascii_is_chosen_where_the_terminal_takes_nothing_else(
    environment: dict[str, str], ascii_only: bool
) -> None:
    assert needed(environment) is ascii_only


def test_letters_lose_their_marks_and_keep_their_cells() -> None:
    assert [plain(sign) for sign in "éŁ日▁┼│"] == ["e", "?", "??", "_", "+", "|"]


def test_without_colour_the_terminals_own_is_used() -> None:
    assert choose({"COLORTERM": "truecolor"}, no_colour=True) == TERMINAL.name


def painted(home: Path, **environment: str) -> bytes:
    """All that the app writes: list, marks, menu, help."""
    given = {"HOME": str(home), "PYTHONPATH": os.getcwd(), **environment}
    with Terminal([sys.executable, "-c", APP], given) as terminal:
        terminal.until(b"sending here")
        for key in (b"j", b" ", b".", b"\x1b", b"?"):
            terminal.key(key, quiet=0.15)
        terminal.until(b"Help")
        return bytes(terminal.seen)


def test_no_colour_and_no_sign_beyond_ascii_is_written_where_they_are_not_wanted(tmp_path: Path) -> None:
    written = painted(tmp_path, NO_COLOR="1", TRD_ASCII="1")
    assert written.isascii()
    looks = {code for codes in re.findall(rb"\x1b\[([\d;]*)m", written) for code in codes.split(b";")}
    assert not {code for code in looks if code and int(code) in (*range(30, 38), *range(40, 48), 38, 48)}
    assert b"* active" in written


async def test_y_copies_what_the_cursor_is_on_and_says_so() -> None:
    async with driving(FakeDesk()) as d:
        await d.press("j", "y")
        assert d.app.clipboard == d.cursor_name()
        assert f"Copied: {d.cursor_name()} was sent to your terminal's clipboard." in d.toasts()
    async with driving(FakeDesk([])) as d:
        await d.press("y")
        assert d.app.clipboard == ""
        assert "There is nothing to copy here." in d.toasts()


OF_ALL = frozenset({"app.tcss", "overview.tcss", "dialogs.tcss", "help.tcss"})
"""Sheets that are there from the beginning, or of what opens over every screen."""


def test_a_screens_sheet_speaks_of_that_screen_alone() -> None:
    """Textual keeps every sheet that it has read: what it says of an id holds on all screens from then on."""
    strangers = []
    for sheet in (Path(tui.__file__).parent).rglob("*.tcss"):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
        while nested := re.search(
            r"\{[^{}]*\}", text
        ):  # from the inside out: what is left are outer selectors
            text = text[: nested.start()] + ";" + text[nested.end() :]
        outer = [selector.strip() for rule in text.split(";") for selector in rule.split(",")]
        own = re.compile(r"(\.-theme-[\w-]+ )?[A-Z]\w+Screen\b")
        if sheet.name not in OF_ALL:
            strangers += [f"{sheet.name}: {each}" for each in outer if each and not own.match(each)]
    assert strangers == []
