"""A campaign as a person writes it (TOML and CSV), and what it must send: worked out without the product."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

SENDER = "+15005550006"
NINE = (1, 3, 5, 7, 9, 11, 13, 15, 17)
NEW_YORK = "America/New_York"


@dataclass(frozen=True, slots=True)
class Person:
    """A row of the CSV; an empty zone leaves it to the campaign."""

    number: str
    first_name: str = ""
    city: str = ""
    zone: str = ""


def people(count: int, first: int = 0, *, zones: Sequence[str] = ("",)) -> list[Person]:
    """So many people, with numbers counted from ``first``; every seventh tells no first name."""
    return [
        Person(
            number=f"+1212{2_000_000 + at:07d}",
            first_name="" if at % 7 == 6 else f"Ann{at}",
            city=("Boston", "São Paulo", "{{first_name}}")[at % 3],
            zone=zones[at % len(zones)],
        )
        for at in range(first, first + count)
    ]


@dataclass(slots=True)
class Drip:
    """A campaign: name, audience and days."""

    name: str
    audience: list[Person]
    days: Sequence[int] = NINE
    sender: str = SENDER
    window_days: str = "mon-sat"
    zone: str = NEW_YORK
    replies_after: dict[str, int] = field(default_factory=dict)

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write ``NAME.toml`` and ``NAME.csv``; return both."""
        definition, contacts = folder / f"{self.name}.toml", folder / f"{self.name}.csv"
        lines = [
            f'name = "{self.name}"',
            f'sender = "{self.sender}"',
            f'timezone = "{self.zone}"',
            'send_time = "09:00"',
            f'window = {{ days = "{self.window_days}", from = "09:00", to = "20:00" }}',
            "[variables]",
            'agent = "Eve"',
        ]
        for position, day in enumerate(self.days, 1):
            opening = "Hi {{first_name|there}} of {{city}}, this is {{ agent }}"
            lines += [
                "[[touch]]",
                f"day = {day}",
                f'body = "{self.name} {position}: {opening}. Reply STOP to opt out."',
            ]
        definition.write_text("\n".join(lines) + "\n", encoding="utf-8")
        with contacts.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["phone", "first_name", "city", "timezone"])
            writer.writerows((each.number, each.first_name, each.city, each.zone) for each in self.audience)
        return definition, contacts

    def bodies(self, person: Person) -> list[str]:
        """The texts that this person gets, up to the one that is answered."""
        all_of_them = [
            f"{self.name} {position}: Hi {person.first_name or 'there'} of {person.city}, this is Eve."
            " Reply STOP to opt out."
            for position, _ in enumerate(self.days, 1)
        ]
        return all_of_them[: self.replies_after.get(person.number, len(all_of_them))]

    def expected(self) -> dict[str, list[str]]:
        """The texts by number."""
        return {person.number: self.bodies(person) for person in self.audience}

    def dates(self, person: Person, enrolled: date) -> list[datetime]:
        """The local wall times at which this person's texts are due, Sundays kept free."""
        zone = ZoneInfo(person.zone or self.zone)
        due: list[datetime] = []
        for day in self.days:
            on = enrolled + timedelta(days=day - 1)
            while on.weekday() == 6 and self.window_days == "mon-sat":
                on += timedelta(days=1)
            if due and on <= due[-1].date():
                on = due[-1].date() + timedelta(days=1)
            due.append(datetime.combine(on, time(9), zone))
        return due


def answer(drip: Drip, bodies: Sequence[str], *, every: int) -> Mapping[str, Mapping[str, object]]:
    """Let every n-th person answer one of the touches, the words in turn; for the peer's ``repliers``."""
    repliers: dict[str, Mapping[str, object]] = {}
    for turn, person in enumerate(drip.audience[::every]):
        after = 1 + turn % len(drip.days)
        drip.replies_after[person.number] = after
        repliers[person.number] = {"after": after, "body": bodies[turn % len(bodies)]}
    return repliers
