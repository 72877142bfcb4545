"""Was anything sent twice, lost or miscounted? Asked of the carrier's ledger and of the rows alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.torture.ledgers import Book
from tests.torture.scene import Scene

ENDED = ("replied", "opted_out")


@dataclass(slots=True)
class Verdict:
    """What is wrong, a sentence each, and the figures.

    Attributes:
        messages: accepted by the carrier.
        doubles: texts that a number got a second time.
        lost: touches that were due, were never accepted, and nothing explains why.
        wrong: everything else that must not be.
        held: messages that wait for a person.
        held_unseen: those of them of which the carrier has seen nothing.
        about: most that `held_unseen` may be: calls begun of which the carrier has seen nothing, and for each
            kill the one that the process was about to begin.
    """

    messages: int = 0
    doubles: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    held: int = 0
    held_unseen: int = 0
    about: int = 0

    @property
    def guilty(self) -> list[str]:
        """All that is wrong."""
        return self.doubles + self.lost + self.wrong


class _Row(NamedTuple):
    campaign: str
    number: str
    standing: str
    touch: int
    state: str
    sid: str | None
    body: str | None
    code: int | None
    reason: str | None


def judge(scene: Scene, *, kills: int) -> Verdict:
    """Judge a scene that has come to rest.

    Args:
        scene: its processes have ended.
        kills: how many of them were killed.
    """
    book = scene.read_book()
    rows = [
        _Row(*row)
        for row in scene.rows(
            "SELECT p.name, c.number, e.status, m.touch, m.state, m.sid, m.body, m.error_code, m.reason"
            " FROM scheduled_messages m JOIN enrolments e ON e.id = m.enrolment_id"
            " JOIN contacts c ON c.id = m.contact_id JOIN campaigns p ON p.id = m.campaign_id"
        )
    ]
    verdict = Verdict(messages=len(book.accepted))
    _doubles(book, verdict)
    _sequences(scene, book, rows, verdict)
    _agreement(book, rows, verdict)
    _held(scene, book, rows, verdict, kills)
    verify = scene.trd("verify")
    if verify.status() != 0:
        verdict.wrong.append(f"trd verify: {verify.said().strip()}")
    return verdict


def _doubles(book: Book, verdict: Verdict) -> None:
    times = Counter((each.number, each.body) for each in book.accepted)
    for (number, body), count in times.items():
        if count > 1:
            verdict.doubles.append(f"{number} got {count} times: {body[:40]}")


def _sequences(scene: Scene, book: Book, rows: list[_Row], verdict: Verdict) -> None:
    """Each contact got the touches in order, up to an end that is explained."""
    got: defaultdict[str, list[str]] = defaultdict(list)
    for each in book.accepted:
        if each.body not in got[each.number]:
            got[each.number].append(each.body)
    by_touch = {(row.number, row.touch): row for row in rows}
    for drip in scene.drips:
        for person in drip.audience:
            bodies = got.pop(person.number, [])
            expected = drip.bodies(person)
            if bodies != expected[: len(bodies)]:
                verdict.wrong.append(f"{person.number}: out of order or after the answer: {bodies}")
            elif len(bodies) < len(expected):
                row = by_touch.get((person.number, len(bodies) + 1))
                last = by_touch.get((person.number, len(bodies)))
                if not (_explained(row, person.number, book) or (last is not None and _unsettled(last))):
                    verdict.lost.append(f"{person.number}, touch {len(bodies) + 1}: {row}")
    verdict.wrong += [f"{number} was texted and is in no campaign" for number in got]


def _unsettled(row: _Row) -> bool:
    """Whether a person is asked with evidence that leaves open whether it was sent; it may have been."""
    return row.state == "held" and (
        "could not be read" in (row.reason or "") or "several" in (row.reason or "")
    )


def _explained(row: _Row | None, number: str, book: Book) -> bool:
    """Whether a touch that never came was rightly not sent."""
    if number in book.answered:
        return row is None or row.state == "cancelled" or row.standing in ENDED
    if row is None:
        return False
    if row.state == "held":
        return True
    if row.state == "failed":
        return (number, row.code) in book.refused
    return row.standing == "failed" and number in book.undelivered


def _agreement(book: Book, rows: list[_Row], verdict: Verdict) -> None:
    """The rows know of exactly the texts that the carrier took, and nothing is under way."""
    known = {row.sid: row for row in rows if row.sid is not None}
    by_text = {(row.number, row.body): row for row in rows}
    taken = {each.sid: each for each in book.accepted}
    for sid, each in taken.items():
        row = known.get(sid)
        if row is None:
            like = by_text.get((each.number, each.body))
            if like is not None and _unsettled(like):
                continue
            verdict.wrong.append(f"{each.number} got {each.body[:20]!r}, no row knows {sid}; there is {like}")
        elif (row.number, row.body) != (each.number, each.body):
            verdict.wrong.append(f"{sid} is {each.number} {each.body[:20]!r}, its row says {row}")
        elif row.state != book.finals.get(sid, row.state):
            verdict.wrong.append(f"{sid} is {book.finals[sid]}, its row says {row.state}")
    verdict.wrong += [f"a row says {sid}, the carrier never did" for sid in known.keys() - taken.keys()]
    states = Counter(row.state for row in rows)
    for state in ("scheduled", "sending", "unknown"):
        if states[state]:
            verdict.wrong.append(f"{states[state]} messages are still {state}")


def _held(scene: Scene, book: Book, rows: list[_Row], verdict: Verdict, kills: int) -> None:
    """What is held was handed to the carrier, or was on the way there when its sender was killed."""
    held = [row for row in rows if row.state == "held"]
    verdict.held = len(held)
    unseen = [row for row in held if (row.number, row.body or "") not in book.not_taken]
    verdict.held_unseen = len(unseen)
    begun = sum(victim.calls for victim in scene.launcher.victims)
    verdict.about = begun - sum(book.received.values()) + kills
    if verdict.held_unseen > verdict.about:
        verdict.wrong.append(
            f"{verdict.held_unseen} messages are held of which the carrier has seen nothing;"
            f" at most {verdict.about} were on the way to it"
        )
