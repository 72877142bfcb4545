"""A contacts file of any size: numbers of twenty area codes, a few that cannot be, a few that come twice."""

from __future__ import annotations

import csv
from pathlib import Path

AREAS = (212, 303, 305, 312, 404, 415, 480, 512, 602, 617, 702, 713, 720, 786, 813, 818, 904, 917, 949, 972)
BAD = ("", "555-0100", "n/a", "(212) 111-2222", "+1 999 555 0100", "12125550100 ext 7")
_FIRST = ("Ann", "Bob", "Zoë", "Dan", "Eve", "José", "Kim", "Lee", "Mia", "Sam")
_LAST = ("Smith", "Jones", "Brown", "Müller", "García", "Wilson", "Lee", "Walker", "Young", "King", "Wright")


def write_people(file: Path, count: int) -> None:
    """Write ``count`` rows; of a hundred one has no usable number and one repeats an earlier one."""
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(("Phone", "First Name", "Last Name", "Email", "City", "State", "Zip", "Source"))
        for at in range(count):
            writer.writerow(
                (
                    BAD[at // 100 % len(BAD)]
                    if at % 100 == 50
                    else written(at - 60 if at % 100 == 99 else at),
                    _FIRST[at % 10],
                    _LAST[at % 11],
                    f"person{at}@example.com",
                    f"City {at % 900}",
                    "NY",
                    f"{at % 100_000:05}",
                    "open house" if at % 3 else "",
                )
            )


def written(at: int) -> str:
    """The how-manieth number, in one of the ways that people write them."""
    area, rest = AREAS[at % 20], at // 20
    exchange, line = 220 + rest % 700, 1_000 + rest // 700 % 9_000
    if exchange % 100 == 11:  # never given out
        exchange += 1
        line = 9_999 - line % 1_000
    match at % 4:
        case 0:
            return f"({area}) {exchange}-{line}"
        case 1:
            return f"+1{area}{exchange}{line}"
        case 2:
            return f"{area}-{exchange}-{line}"
    return f"{area}.{exchange}.{line}"
