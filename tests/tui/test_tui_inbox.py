"""The inbox on the real desk: every key, what is half written, one answer however long a key is held."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.support.carriers import ListedCarrier
from tests.support.real_desk import Built
from tests.support.screen import Driver, driving_real, shows
from trd_tui.carriers.protocol import CarrierMessage, Outcome, Rejected, Unknown
from trd_tui.domain.failures import FailureClass
from trd_tui.engine.answering import AnswerReconciler
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.receiving import receive_batch
from trd_tui.services import inbox_acts
from trd_tui.services.actor import Actor
from trd_tui.store.database import Database
from trd_tui.tui.inbox import keeping
from trd_tui.tui.inbox import list as inbox_list
from trd_tui.tui.inbox.lines import hint_parts
from trd_tui.tui.inbox.screen import InboxScreen
from trd_tui.tui.leaving import keep
from trd_tui.tui.lines import placed
from trd_tui.tui.service_desk import ServiceDesk
from trd_tui.tui.service_desk.inbox import ServiceInbox

if TYPE_CHECKING:
    from trd_tui.services.inbox_views import WholeConversation

OURS = "+15005550006"
D = Driver[ServiceDesk]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits for the next key."""
    monkeypatch.setattr(inbox_list, "SETTLE", 0.0)
    monkeypatch.setattr(inbox_list, "COUNT_PAUSE", 0.01)
    monkeypatch.setattr(keeping, "SAVE_AFTER", 0.05)
    monkeypatch.setattr(keeping, "CHECK_AFTER", 0.0)


def rows(file: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(statement).fetchall()


def inbox(d: D) -> InboxScreen:
    screen = d.app.front
    assert isinstance(screen, InboxScreen)
    return screen


def cursor(d: D) -> str:
    row = inbox(d).table.row
    assert row is not None
    return str(row.number)


def listed(d: D) -> list[str]:
    return [row.number for row in inbox(d).table.loaded_rows()]


async def opened(d: D) -> None:
    await d.press("f3")
    await d.until(lambda: inbox(d).counts is not None and inbox(d).talk is not None)


async def writes(d: D, number: str, body: str) -> None:
    """Somebody writes to us, and the app looks."""
    desk = d.desk
    at = desk.now()
    message = CarrierMessage(f"SM{hash(body)}", True, number, OURS, body, "received", None, at, at)
    await desk._thread.call(lambda: desk._db.write(receive_batch, [message], at, at))
    await d.look()


def answers_with(d: D, outcome: Outcome | None) -> ListedCarrier:
    """The carrier that sends answers from now on."""
    carrier = ListedCarrier(d.desk._clock, lambda _request, _call: outcome)
    inbox = d.desk.inbox
    assert isinstance(inbox, ServiceInbox)
    inbox._carrier = carrier
    return carrier


async def test_a_working_hour_by_keys(built: Built, tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    async with driving_real(built, file) as d:
        assert "f3 Inbox ●5" in d.line("#topbar")
        await opened(d)
        screen = inbox(d)
        assert "1 Unread 5" in d.line("#tabs")
        first = cursor(d)
        await d.press("j")
        second = cursor(d)
        await d.until(lambda: screen.talk is not None and screen.talk.number == second)
        await d.press("k", "enter")  # opened it counts as read, and stays where it is while one reads
        await d.until(
            lambda: not rows(file, f"SELECT 1 FROM replies WHERE sender = '{first}' AND unread = 1")
        )
        await d.look()
        assert (cursor(d), screen.focused) == (first, screen.thread)
        assert screen.table.total == 5
        await d.press("right_square_bracket")
        await d.until(lambda: screen.number == second and screen.table.total == 5)
        await d.press("left_square_bracket")
        await d.until(lambda: screen.number == first)
        await d.press("right_square_bracket")
        await d.until(lambda: screen.number == second)
        await d.press("c", *"dog", "enter")
        await d.until(lambda: screen.talk is not None and screen.talk.note == "dog")
        await d.press("z")
        await d.until(lambda: screen.talk is not None and screen.talk.note == "")
        assert rows(file, "SELECT act FROM audit ORDER BY id DESC LIMIT 2") == [("undo note",), ("note",)]
        before = listed(d)
        await d.press("D")
        await d.until(
            lambda: not screen.reading and second not in [r.number for r in screen.table.loaded_rows()]
        )
        assert rows(file, f"SELECT 1 FROM replies WHERE sender = '{second}' AND answered_at IS NULL") == []
        await d.press("z")
        await d.until(lambda: listed(d) == before[1:])
        assert "Taken back: " in d.toasts()
        assert " has no note again." in d.toasts()
        assert " waits for an answer again." in d.toasts()
        third = cursor(d)
        await d.press("s", "t")
        await d.until(lambda: third not in listed(d))
        await d.press("3")
        await d.until(lambda: screen.table.total == 1 and cursor(d) == third)
        assert "Fri 09:00" in d.text()
        await d.press("s", "o", *"mom", "enter")
        assert "✗ 'mom' is no time to come" in d.text()  # and it can be mended
        await d.press("end", "backspace", *"n 10", "enter")
        await d.until(lambda: "Mon 10:00" in d.text())
        await d.press("s", "w")
        await d.until(lambda: screen.table.total == 0)
        assert "Nothing is put off." in d.text()
        await d.press("2", "slash", *"zzz")
        await d.until(lambda: "No conversation matches" in d.text())
        await d.press("escape")
        await d.until(lambda: (screen.table.total or 0) > 100)
        await d.press("g", "o")
        assert d.top == "Confirm"
        await d.press("enter")  # the cursor is on Cancel
        gone = cursor(d)
        assert rows(file, "SELECT number FROM suppressions WHERE source = 'operator'") == []
        await d.press("o", "y")
        await d.until(lambda: rows(file, "SELECT number FROM suppressions WHERE source = 'operator'") != [])
        assert rows(file, "SELECT number FROM suppressions WHERE source = 'operator'") == [(gone,)]
        await d.press("f2", "z")  # elsewhere too it is the last act that stays
        assert "stays on the do-not-contact list" in d.toasts()
        await d.press("f3")
        await d.press("full_stop")
        assert "Put off" in d.text()
        await d.press("escape", "v")
        assert "Nothing that they wrote is unclear." in d.toasts()
        await d.press("u")
        await d.until(lambda: "Unread again" in d.toasts())
        await d.press("f2", "z")  # what only the inbox shows is not taken back unasked from elsewhere
        assert d.top == "Confirm"
        await d.press("escape", "f3")
        for help_key in ("question_mark",):
            await d.press(help_key)
            assert "Never text them again" in d.text()


async def test_what_may_be_an_opt_out_is_decided(built: Built, tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    async with driving_real(built, file) as d:
        await opened(d)
        active = (
            "SELECT c.number FROM contacts c JOIN enrolments e ON e.contact_id = c.id AND e.status = 'active'"
        )
        (number,) = rows(file, f"{active} WHERE c.number NOT IN (SELECT sender FROM replies) LIMIT 1")[0]
        await writes(d, number, "stop by tomorrow, will you")
        await d.press("4")
        await d.until(lambda: inbox(d).talk is not None and inbox(d).table.total == 1)
        assert "perhaps an opt-out" in d.text()
        doubt = f"SELECT doubt IS NULL FROM contacts WHERE number = '{number}'"
        for cancel in ("n", "escape", "enter"):  # as in every other question, and the cursor is on it
            await d.press("v")
            await shows(d, ": is it an opt-out?", "n Cancel", "o It is an opt-out", "g It is none")
            await d.press(cancel)
            assert (rows(file, doubt), inbox(d).menu().display) == ([(0,)], False)
        await d.press("v", "g")
        await d.until(lambda: rows(file, doubt) == [(1,)])
        assert rows(file, "SELECT count(*) FROM enrolments WHERE status = 'held'") == [(0,)]
        await d.until(lambda: "goes on" in d.toasts())
        await d.press("z")
        await d.until(lambda: rows(file, doubt) == [(0,)])
        assert rows(file, "SELECT count(*) FROM enrolments WHERE status = 'held'") == [(1,)]
        await d.until(lambda: "perhaps has opted out again: v decides." in d.toasts())
        await d.press("v")
        db = Database(f"sqlite:///{file}")
        await inbox_acts.no_opt_out(
            db, d.desk._clock, Actor(1, "bob", "robert"), number
        )  # while one is asked
        await db.close()
        await d.press("g")
        await d.until(lambda: "no opt-out, decided by bob, now." in d.toasts())
        assert "Already decided" in str(list(d.app.told)[-1].title)


async def test_an_opt_out_that_a_colleague_was_quicker_with_is_not_told_as_ones_own(
    built: Built, tmp_path: Path
) -> None:
    file = tmp_path / "x.db"
    async with driving_real(built, file) as d:
        await opened(d)
        number = cursor(d)
        await d.press("o")
        await d.until(lambda: d.top == "Confirm")
        db = Database(f"sqlite:///{file}")
        await inbox_acts.opt_out(db, d.desk._clock, Actor(1, "bob", "robert"), number)  # while one is asked
        await db.close()
        await d.press("y")
        said = "stood on the do-not-contact list already: asked not to be texted, by bob, now."
        await d.until(lambda: said in d.toasts())
        assert str(list(d.app.told)[-1].title) == "Already decided"
        assert "Never texted again" not in d.toasts()
        assert not d.app.done, "there is nothing of one's own to take back"


async def test_an_opt_out_of_who_is_listed_already_says_what_it_ended_all_the_same(
    built: Built, tmp_path: Path
) -> None:
    file, listed_by_bob = tmp_path / "x.db", "already: asked by phone, by bob, "
    active = (
        "SELECT c.number, e.campaign_id FROM contacts c JOIN enrolments e ON e.contact_id = c.id AND"
        " e.status = 'active' WHERE c.number NOT IN (SELECT sender FROM replies) LIMIT 2"
    )

    def bob_lists(number: str) -> None:
        """As if who stands there had joined a campaign behind that."""
        with closing(sqlite3.connect(file)) as raw, raw:
            raw.execute(
                "INSERT INTO suppressions (number, reason, source, created_at, actor) VALUES (?, ?, ?, ?, ?)",
                (number, "asked by phone", "operator", built.start, "bob"),
            )

    async with driving_real(built, file) as d:
        await opened(d)
        (one, _), (other, campaign) = rows(file, active)
        await writes(d, one, "stop by tomorrow, will you")  # which holds what is open
        await d.press("4")
        await d.until(lambda: inbox(d).talk is not None and inbox(d).table.total == 1)
        await d.press("v", "o")
        await d.until(lambda: d.top == "Confirm")
        bob_lists(one)
        await d.press("y")
        await d.until(lambda: listed_by_bob in d.toasts())
        assert "; this ended 1 sequence." in d.toasts()

        bob_lists(other)
        told = await d.desk.people.act("opt_out", campaign, other)
        assert listed_by_bob in told.message
        assert told.message.endswith("; this ended 1 sequence.")
        told = await d.desk.people.act("opt_out", campaign, other)
        assert "; this ended" not in told.message


async def test_what_is_half_written_outlives_the_line(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, again, size = tmp_path / "x.db", tmp_path / "y.db", (80, 24)
    async with driving_real(built, file, size) as d:
        await opened(d)
        number = cursor(d)
        await d.press("a", *"Hi /")
        assert inbox(d).field.text == "Hi /"
        await d.until(lambda: rows(file, "SELECT body FROM reply_drafts") == [("Hi /",)])
        await writes(d, number, "Are you there?")
        await d.until(lambda: "Are you there?" in d.text())
        assert "they have written again" in d.text()
        assert (inbox(d).field.text, cursor(d)) == ("Hi /", number)
        assert inbox(d).writing
        await writes(d, "+12125559999", "Who are you?")  # another one: nothing moves
        assert cursor(d) == number
        await d.press("ctrl+n")  # out of the answer into the next one's
        assert (inbox(d).field.text, inbox(d).writing) == ("", True)
        assert inbox(d).number != number
        await d.press("ctrl+o")
        for way in (("f3",), ("f2", "f3"), ("f3", "f3")):  # to where one is, and back to it: it stays open
            await d.press(*way)
            assert (inbox(d).field.text, inbox(d).number, inbox(d).writing) == ("Hi /", number, True)
        monkeypatch.setattr(keeping, "SAVE_AFTER", 60.0)
        await d.pilot.press("x")
        await keep(d.app)  # as before it closes, also when the line has dropped
    assert rows(file, "SELECT number, actor, body FROM reply_drafts") == [(number, "ann", "Hi /x")]
    async with driving_real(Built(file, built.start), again, size) as d:
        await opened(d)
        assert "1 answer half written, marked ✎; h goes on with it." in d.toasts()
        await d.press("h")  # though it is not in the list, for it was read
        await d.until(lambda: inbox(d).writing)
        assert (inbox(d).number, inbox(d).field.text) == (number, "Hi /x")
        await d.press("escape", "escape", "2")
        assert "✎" in d.text()
        inbox(d).table.move_to(listed(d).index(number))
        await d.press("enter")
        assert "Hi /x" in d.text()


async def test_an_answer_goes_once_and_its_state_is_followed(built: Built, tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    async with driving_real(built, file) as d:
        await opened(d)
        number = cursor(d)
        carrier = answers_with(d, Rejected(21211, FailureClass.BAD_NUMBER, "no such number"))
        await d.press("exclamation_mark")  # a person's own answer goes all the same
        await d.press("a", *"Yes", "ctrl+s")
        await d.until(lambda: d.top == "Confirm")
        assert "all automated sending is stopped" in d.text()
        await d.press("ctrl+s", "enter")
        assert (carrier.calls, inbox(d).field.text) == ([], "Yes")
        await d.press("ctrl+s", "y")
        await d.until(lambda: "21211: no such number" in d.text())
        assert rows(file, "SELECT body FROM reply_drafts") == [("Yes",)]  # nothing that was written is lost
        carrier.answer = lambda _request, _call: None
        await d.press("a")
        await d.press(*["ctrl+s"] * 3, *"yyy", *["ctrl+s"] * 2)
        await d.until(lambda: "✓ Sent to" in d.toasts())
        await d.until(lambda: "✓ sent" in d.text())
        assert [call.to for call in carrier.calls] == [number, number]
        assert rows(file, "SELECT state FROM answers ORDER BY id") == [("failed",), ("sent",)]
        assert rows(file, "SELECT count(*) FROM reply_drafts") == [(0,)]
        assert not inbox(d).field.display
        carrier.answer = lambda _request, _call: Unknown("time-out")
        await d.press("a", *"Mm", "escape", "S", "y")
        await d.until(lambda: "perhaps sent" in d.text())
        assert rows(file, "SELECT count(*) FROM reply_drafts") == [(0,)]  # it may have been sent
        await d.press("a", *"No")
        await shows(d, "✗ a text to", "nobody knows yet whether it was sent")  # before anybody is asked
        await d.press("ctrl+s")
        await d.until(lambda: "whether it was sent: the scheduler finds out" in d.toasts())
        assert (d.top, inbox(d).field.text, len(carrier.calls)) == ("InboxScreen", "No", 3)
        assert inbox(d).inbox is d.desk.inbox


def test_an_empty_list_names_no_key_for_its_rows() -> None:
    def said(*, empty: bool) -> str:
        left, _ = hint_parts(
            None, writing=False, reading=False, undo=False, empty=empty, stopped=False, width=120
        )
        return "".join(part.text for part in left)

    assert "enter open" in said(empty=False)
    assert "] next" in said(empty=False)
    assert said(empty=True).split() == ["/", "search", "n", "new", "campaign", "q", "quit"]


@pytest.mark.parametrize("stopped", [False, True])
@pytest.mark.parametrize("reading", [False, True])
@pytest.mark.parametrize("doubt", [None, "it may be an opt-out"])
@pytest.mark.parametrize("width", [80, 120])
def test_the_hints_name_undo_and_what_must_be_decided_whole(
    width: int, doubt: str | None, reading: bool, stopped: bool
) -> None:
    talk = cast("WholeConversation", SimpleNamespace(doubt=doubt, suppressed=None))
    for undo in (True, False):
        left, right = hint_parts(
            talk, writing=False, reading=reading, undo=undo, empty=False, stopped=stopped, width=width
        )
        said = "".join(part.text for part in placed(left, right, width))
        assert len(said) == width
        assert ("z undo  " in said) is undo
        assert ("v decide  " in said) is (doubt is not None)
        assert {"back" if reading else "open", "answer", "snooze"} <= set(said.split())
        assert said.split()[-4:] == ["!", "release" if stopped else "stop", "?", "help"]


async def test_what_stands_in_a_field_is_kept_whatever_the_same_person_sends_elsewhere(
    built: Built, tmp_path: Path
) -> None:
    file = tmp_path / "x.db"
    async with driving_real(built, file) as d:
        await opened(d)
        number = cursor(d)
        answers_with(d, None)
        elsewhere = d.desk.inbox
        await d.press("a", *"CCC")
        await d.until(lambda: rows(file, "SELECT body FROM reply_drafts") == [("CCC",)])
        await elsewhere.keep_draft(number, "CCCDDD", "CCC")
        await elsewhere.send(number, "CCCDDD")
        await d.look()
        await shows(d, "▲ ann has answered", "them since you began to type: “CCCDDD”")
        await d.press("ctrl+s")
        await d.until(lambda: d.top == "Confirm")
        await shows(d, "Send this answer?", "▲ ann has answered them since")
        await d.press("n", "escape")
        assert rows(file, "SELECT body FROM reply_drafts") == [("CCC",)]
        await d.press("a")
        assert inbox(d).field.text == "CCC"
        await d.press("escape", "escape", "escape")  # once it is left, it is not brought back
        await elsewhere.keep_draft(number, "EEE", "CCC")
        await elsewhere.send(number, "EEE")
        await d.press("f3", "enter", "escape")
        assert rows(file, "SELECT body FROM reply_drafts") == []
        await elsewhere.keep_draft(number, "CCC")
        await d.press("h")
        await d.until(lambda: (inbox(d).number, inbox(d).field.text) == (number, "CCC"))
        await elsewhere.send(number, "CCC")  # just that: there is nothing to keep, and it is said
        await d.press("escape")
        await d.until(lambda: "ann has sent just this meanwhile: CCC" in d.toasts())
        assert (rows(file, "SELECT body FROM reply_drafts"), inbox(d).field.display) == ([], False)


async def test_an_answer_that_the_list_never_shows_may_have_been_sent(built: Built, tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    async with driving_real(built, file, (80, 24)) as d:
        await opened(d)
        carrier = answers_with(d, Unknown("time-out"))
        await d.press("a", *"Mm", "ctrl+s", "y")
        await d.until(lambda: rows(file, "SELECT state FROM answers") == [("unknown",)])
        real = AnswerReconciler(carrier, EngineOptions(reconcile_looks=1), d.desk._clock)
        db, until = d.desk._db, d.desk._clock.real() + 10**7

        async def look() -> None:
            for row in await db.read(real.due, until):
                await real.look(row, db.write, until)

        await d.desk._thread.call(look)
        await d.look()
        await shows(d, "◆ perhaps sent", "does not list it", "ask them before you write it again")
        assert "not sent" not in d.text()
        await d.press("a", *"No", "ctrl+s")
        await d.until(lambda: d.top == "Confirm")
        await shows(d, "the last answer, by ann, may have been sent already", "(“Mm”)")


async def test_what_a_colleague_reads_or_answers_stays_under_the_cursor_until_it_moves_on(
    built: Built, tmp_path: Path
) -> None:
    async with driving_real(built, tmp_path / "x.db") as d:
        await opened(d)
        await d.press("j")
        before, mine = listed(d), cursor(d)
        for number in (mine, before[0]):  # under the cursor, and above it
            await d.desk.inbox.mark_read(number, 10**6)
            await d.look()
            assert cursor(d) == mine
        await d.until(lambda: listed(d) == before[1:])
        await d.until(lambda: "1 Unread 3" in d.line("#tabs"))
        await d.press("a")
        assert (inbox(d).number, inbox(d).writing) == (mine, True)
        await d.press("escape", "escape")
        await d.until(lambda: listed(d) == before[2:])  # one's own leaving lets it go
        second = cursor(d)
        await d.desk.inbox.mark_read(second, 10**6)
        await d.look()
        assert (cursor(d), listed(d)) == (second, before[2:])
        await d.press("j")
        inbox(d).live()
        await d.until(lambda: listed(d) == before[3:])
        held = cursor(d)
        await d.press("D")  # what one does oneself takes it out at once
        await d.look()
        assert held not in listed(d)
