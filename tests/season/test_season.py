"""Nine touches over 17 days, several campaigns that share contacts: was every text allowed?

The long form is ``python -m tests.season --contacts 100000``.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from copy import deepcopy

import pytest

from tests.season.judge import KINDS, judge
from tests.season.ledger import Ledger
from tests.season.live import Outcome, live
from tests.simulation.simulate import Templates

CONTACTS = 200
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    with closing(Templates()) as templates:
        yield live(tmp_path_factory.mktemp("season"), templates.copy("season.db"), CONTACTS, seed=1)


def test_every_text_was_allowed_and_nobody_was_forgotten(lived: Outcome) -> None:
    verdict = lived.verdict
    assert verdict.examples == []
    assert verdict.wrong.total() == 0
    assert lived.differences == []
    # every rule had something to stop
    assert verdict.texts > 1_700
    assert verdict.seen["weeks of four texts"] > 700
    assert verdict.seen["contacts who get every touch"] > 50
    for kind in ("a campaign's budget", "a campaign's daily budget", "everybody's daily budget"):
        assert verdict.seen[f"{kind} used up"] > 0
    for words in (
        "Yes, tell me more",
        "Auto-reply: I am driving",
        "Can you stop by tomorrow?",
        "STOP",
        "START",
    ):
        assert verdict.seen[f"wrote {words!r}"] > 0


def at_night(book: Ledger) -> None:
    book.at[0] -= 10 * HOUR_MS


def until_night(book: Ledger) -> None:
    book.validity[0] = 86_400


def in_double(book: Ledger) -> None:
    add(book, 0, 60_000)


def daily(book: Ledger) -> None:
    """Somebody's third touch comes a day after the second."""
    second, third = (seq for seq in of(book, lone(book)) if book.what[seq] % 256 in (2, 3))
    book.at[third] = book.at[second] + DAY_MS // 2


def crowded(book: Ledger) -> None:
    """Somebody's fourth and fifth touch come in their first week."""
    mine = of(book, lone(book))
    book.at[mine[3]], book.at[mine[4]] = book.at[mine[0]] + 5 * DAY_MS, book.at[mine[0]] + 6 * DAY_MS


def hourly(book: Ledger) -> None:
    """Everybody gets everything on one day, those in Florida, too."""
    for seq in range(len(book.at)):
        book.at[seq] = book.at[0] + book.what[seq] % 256 * HOUR_MS


def dearer(book: Ledger) -> None:
    for seq in range(len(book.at)):
        book.bills[seq] *= 4


def longer(book: Ledger) -> None:
    for seq in range(len(book.at)):
        book.segments[seq] *= 4


def answered(book: Ledger) -> None:
    say(book, "Yes, tell me more")


def stopped(book: Ledger) -> None:
    say(book, "STOP")


def stopped_and_started(book: Ledger) -> None:
    say(book, "STOP")
    say(book, "START", HOUR_MS)


def doubtful(book: Ledger) -> None:
    say(book, "Can you stop by tomorrow?")


def unreachable(book: Ledger) -> None:
    book.refused[book.to[0]] = book.at[0] - 1


def lost(book: Ledger) -> None:
    seq = of(book, lone(book))[4]
    for column in (book.at, book.to, book.what, book.validity, book.segments, book.bills):
        del column[seq]


def swapped(book: Ledger) -> None:
    second, third = (seq for seq in of(book, lone(book)) if book.what[seq] % 256 in (2, 3))
    book.what[second], book.what[third] = book.what[third], book.what[second]


def a_stranger(book: Ledger) -> None:
    book.to[0] = CONTACTS - 1


TAMPERED: tuple[tuple[Callable[[Ledger], None], set[str]], ...] = (
    (at_night, {"outside the campaign's window", "outside the hours of law"}),
    (until_night, {"could land in quiet hours"}),
    (in_double, {"twice", "over a text a day"}),
    (daily, {"before its day", "too soon after the last touch", "outside the campaign's window"}),
    (crowded, {"over four texts a week"}),
    (hourly, {"over a state's limit"}),
    (dearer, {"over a campaign's budget", "over a campaign's daily budget"}),
    (longer, {"over everybody's daily budget"}),
    (answered, {"after a reply"}),
    (stopped, {"after a STOP"}),
    (stopped_and_started, {"after a STOP"}),
    (doubtful, {"after an unclear text"}),
    (unreachable, {"after a refusal for good"}),
    (lost, {"missing"}),
    (swapped, {"before its day", "out of order"}),
    (a_stranger, {"to nobody of the campaign"}),
)


def test_the_judge_sees_what_must_not_be(lived: Outcome) -> None:
    for tamper, kinds in TAMPERED:
        book = deepcopy(lived.ledger)
        tamper(book)
        assert kinds <= set(judge(lived.season, book).wrong), tamper.__name__
    assert {kind for _, kinds in TAMPERED for kind in kinds} == set(KINDS)


def test_the_judge_knows_nothing_of_the_product() -> None:
    asked = "import sys, tests.season.judge; print([m for m in sys.modules if m.startswith('trd_tui')])"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def of(book: Ledger, who: int) -> list[int]:
    """The texts of a contact, in their order."""
    return [seq for seq in range(len(book.at)) if book.to[seq] == who]


def lone(book: Ledger) -> int:
    """A contact of campaign A alone who got all of it."""
    quiet = {heard[1] for heard in book.heard}
    return next(who for who in range(24, 70) if who not in quiet and len(of(book, who)) == 9)


def say(book: Ledger, words: str, later: int = 0) -> None:
    """The first contact who got a text writes right after it."""
    at = book.at[0] + 60_000 + later
    book.heard.append((at, book.to[0], words, at))


def add(book: Ledger, seq: int, later: int) -> None:
    """The same text once more."""
    for column in (book.to, book.what, book.validity, book.segments, book.bills):
        column.append(column[seq])
    book.at.append(book.at[seq] + later)
