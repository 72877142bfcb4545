"""What the peer knows: messages in both directions, opt-outs, people who answer; and its ledger file."""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, Any

from tests.peer.messages import PeerMessage
from tests.peer.rules import START_WORDS, STOP_WORDS, refusal
from tests.peer.weather import Weather

GOOD_NUMBER = "+15005550006"


@dataclass(frozen=True, slots=True)
class Replier:
    """A number that answers its k-th text (``after``), some real milliseconds later."""

    after: int
    body: str
    delay_ms: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """A create that was refused."""

    code: int


class PeerBook:
    """The peer's memory; with a ledger file it survives a restart.

    The ledger has one JSON object a line: ``event`` is ``create``, ``refused``, ``inbound``, or ``fault``
    (a create that came in and was not taken).
    """

    def __init__(
        self,
        ledger: Path | None = None,
        *,
        numbers: tuple[str, ...] = (GOOD_NUMBER,),
        delivery_ms: int = 0,
        now: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        weather: Weather | None = None,
    ) -> None:
        self.weather = weather or Weather()
        self.numbers = frozenset(numbers)
        self.delivery_ms = delivery_ms
        self.now = now
        self.messages: list[PeerMessage] = []
        self.by_sid: dict[str, PeerMessage] = {}
        self.by_number: defaultdict[str, list[PeerMessage]] = defaultdict(list)
        self.refused: Counter[int] = Counter()
        self.repliers: dict[str, Replier] = {}
        self.failures: dict[str, tuple[str, int]] = {}
        self._opted_out: set[tuple[str, str]] = set()
        self._texts: Counter[str] = Counter()
        self._serial = count(1)
        self._file: IO[str] | None = None
        if ledger is not None:
            self._load(ledger)
            self._file = ledger.open("a", encoding="utf-8")

    @property
    def sent(self) -> list[PeerMessage]:
        """Outbound messages, oldest first."""
        return [message for message in self.messages if not message.inbound]

    def create(
        self, form: dict[str, str], *, key: str = "", asked_at: int | None = None
    ) -> PeerMessage | Refused:
        """Take a text, or refuse it; written down before this returns.

        Args:
            form: what was asked for.
            key: who asked.
            asked_at: when that came in; now when it is not said.
        """
        service, sender = form.get("MessagingServiceSid"), form.get("From")
        code = refusal(form, self.numbers)
        to = form.get("To", "")
        if code is None and (to, service or sender) in self._opted_out:
            code = 21610
        if code is not None:
            self.refused[code] += 1
            self._write({"event": "refused", "code": code, "at": self.now(), "form": form, "key": key})
            return Refused(code)
        now = self.now()
        status, error_code = self.failures.get(to, ("delivered", None))
        delivery_ms = self.delivery_ms + self.weather.up_to(self.weather.delivery_spread_ms)
        message = PeerMessage(
            sid=self._sid(),
            direction="outbound-api",
            sender=sender or GOOD_NUMBER,
            to=to,
            service=service,
            body=form["Body"],
            segments=1 + (len(form["Body"]) - 1) // 153 if len(form["Body"]) > 160 else 1,
            created_at=now,
            sent_at=now + delivery_ms // 2,
            final_at=now + delivery_ms,
            final_status=status,
            error_code=error_code,
            callback=form.get("StatusCallback"),
            validity=int(form["ValidityPeriod"]) if "ValidityPeriod" in form else None,
            asked_at=now if asked_at is None else asked_at,
            key=key,
            listed_at=now + self.weather.up_to(self.weather.listing_lag_ms),
        )
        self._keep(message, "create")
        replier = self.repliers.get(to)
        if replier is not None and self._texts[to] == replier.after:
            self.receive(
                to, message.sender or GOOD_NUMBER, replier.body, service=service, delay_ms=replier.delay_ms
            )
        return message

    def receive(
        self, contact: str, ours: str, body: str, *, service: str | None = None, delay_ms: int = 0
    ) -> PeerMessage:
        """A contact writes to one of our numbers; a lone STOP or START counts at once."""
        at = self.now() + delay_ms
        message = PeerMessage(
            sid=self._sid(),
            direction="inbound",
            sender=contact,
            to=ours,
            service=service,
            body=body,
            segments=1,
            created_at=at,
            sent_at=at,
            final_at=at,
            final_status="received",
            error_code=None,
        )
        self._keep(message, "inbound")
        return message

    def listed(
        self, *, to: str | None, sender: str | None, newest: Callable[[PeerMessage], bool]
    ) -> Iterator[PeerMessage]:
        """Messages that exist by now and pass the filters, newest first."""
        now = self.now()
        pool = self.by_number[to] if to else self.messages
        for message in reversed(pool):
            if max(message.created_at, message.listed_at) > now or (to and message.to != to):
                continue
            if (sender is None or message.sender == sender) and newest(message):
                yield message

    def not_taken(self, form: dict[str, str], kind: str, *, key: str) -> None:
        """Write down a create that came in and was not taken, by a fault."""
        self._write({"event": "fault", "kind": kind, "at": self.now(), "form": form, "key": key})

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _sid(self) -> str:
        return f"SM{next(self._serial):032x}"

    def _keep(self, message: PeerMessage, event: str) -> None:
        self._remember(message)
        self._write({"event": event, **message.row()})

    def _remember(self, message: PeerMessage) -> None:
        self.messages.append(message)
        self.by_sid[message.sid] = message
        self.by_number[message.to].append(message)
        if not message.inbound:
            self._texts[message.to] += 1
            return
        word = message.body.strip().lower()
        for ours in (message.to, message.service):
            if ours is not None and word in STOP_WORDS:
                self._opted_out.add((message.sender or "", ours))
            elif ours is not None and word in START_WORDS:
                self._opted_out.discard((message.sender or "", ours))

    def _write(self, line: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()

    def _load(self, ledger: Path) -> None:
        if not ledger.exists():
            return
        for text in ledger.read_text(encoding="utf-8").splitlines():
            line = json.loads(text)
            event = line.pop("event")
            if event == "refused":
                self.refused[line["code"]] += 1
                continue
            if event == "fault":
                continue
            self._remember(PeerMessage(**line))
        self._serial = count(len(self.messages) + 1)
