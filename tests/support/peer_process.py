"""The local Twilio peer as a process of its own, and its ledger as it stands on disk."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Sent(NamedTuple):
    """A text that the peer took; ``at`` is real, in epoch milliseconds."""

    number: str
    body: str
    at: int


@dataclass(frozen=True, slots=True)
class PeerProcess:
    """A running peer.

    Attributes:
        url: its address.
        ledger: its book, one JSON object a line.
        settings: the product's settings for it.
    """

    url: str
    ledger: Path
    settings: dict[str, str]

    def tell(self, subject: str, what: Any) -> None:
        """Say something at the peer's own door: ``repliers``, ``faults``, ``inbound``, ``settings``."""
        request = urllib.request.Request(
            f"{self.url}/_peer/{subject}",
            json.dumps(what).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert answer.status == 200

    def lines(self) -> list[dict[str, Any]]:
        """The ledger, oldest first."""
        if not self.ledger.exists():
            return []
        # The last line may still be being written.
        whole = self.ledger.read_text(encoding="utf-8").rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def sent(self) -> list[Sent]:
        """What it took, oldest first."""
        return [
            Sent(line["to"], line["body"], line["created_at"])
            for line in self.lines()
            if line["event"] == "create"
        ]

    def refused(self) -> list[tuple[str, int]]:
        """What it refused: number and code."""
        return [
            (line["form"].get("To", ""), line["code"]) for line in self.lines() if line["event"] == "refused"
        ]

    def count(self, campaign: str = "") -> int:
        """How many texts that begin with a campaign's name it took; cheap enough to be asked all the time."""
        ours = f'"body": "{campaign}'.encode()
        lines = self.ledger.read_bytes().splitlines() if self.ledger.exists() else []
        return sum(line.startswith(b'{"event": "create"') and ours in line for line in lines)


@contextmanager
def peer_process(folder: Path, *options: object) -> Iterator[PeerProcess]:
    """A peer with these options of ``python -m tests.peer``, until the block ends."""
    ledger = folder / "ledger.jsonl"
    # It complains of every sender that is killed.
    with (folder / "peer.log").open("wb") as complaints:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.peer", "--ledger", str(ledger), *map(str, options)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
        )
    assert process.stdout is not None
    try:
        with process.stdout as out:
            url, account, token = out.readline().split()
            yield PeerProcess(
                url,
                ledger,
                {
                    "TRD_CARRIER": "twilio",
                    "TRD_TWILIO_ACCOUNT_SID": account,
                    "TRD_TWILIO_AUTH_TOKEN": token,
                    "TRD_TWILIO_API_BASE": url,
                },
            )
    finally:
        process.terminate()
        process.wait(10)


def judge(sent: Sequence[Sent], expected: Mapping[str, Sequence[str]]) -> list[str]:
    """What is wrong with a ledger: for each number exactly these bodies in this order, and nobody else."""
    got: defaultdict[str, list[str]] = defaultdict(list)
    for message in sent:
        got[message.number].append(message.body)
    wrong = [f"{number} was texted: {bodies}" for number, bodies in got.items() if number not in expected]
    for number, bodies in expected.items():
        if got[number] != list(bodies):
            wrong.append(f"{number}: expected {list(bodies)}, got {got[number]}")
    return wrong


def twice(sent: Sequence[Sent]) -> list[Sent]:
    """Texts that a number got a second time."""
    seen: set[tuple[str, str]] = set()
    again = []
    for message in sent:
        if message[:2] in seen:
            again.append(message)
        seen.add(message[:2])
    return again
