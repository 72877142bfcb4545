"""The invented people of the demonstration: names, numbers kept free for fiction, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST = _words(
    "Ada Alma Amos Anton Bela Bruno Carla Cedric Clara Dario Delia Edgar Elsa Emil Esther Fabian"
    " Fiona Gideon Greta Hanna Hugo Ida Ivo Jonas Judith Karim Katya Leon Lydia Marek Mila Nadia"
    " Nils Odette Oscar Paula Rafael Rosa Silas Tessa"
)
LAST = _words(
    "Abbot Alder Ashby Barlow Birch Calder Carver Dale Draper Ember Everly Fairlie Farrow Gable"
    " Garland Harlow Hartwell Ingram Jasper Kestrel Lark Lindell Marlowe Merrit Norwood Oakes"
    " Orchard Pemble Quill Ramsey Rowan Sable Sterling Thorne Upton Vesper Wainwright Whitlock"
    " Yarrow Zeller"
)
PLACES = (
    ("212", "New York", "NY", "10001"),
    ("305", "Miami", "FL", "33101"),
    ("404", "Atlanta", "GA", "30303"),
    ("617", "Boston", "MA", "02108"),
    ("215", "Philadelphia", "PA", "19103"),
    ("202", "Washington", "DC", "20001"),
    ("919", "Raleigh", "NC", "27601"),
    ("803", "Columbia", "SC", "29201"),
    ("410", "Baltimore", "MD", "21201"),
    ("203", "New Haven", "CT", "06510"),
    ("302", "Wilmington", "DE", "19801"),
)
"""Area code, city, state, postal code; all in one time zone, so that all shares its days."""

COMPANIES = ("Northgate Realty", "Harbor & Vale", "Bluestone Holdings", "Cedar Lane Homes", "", "", "", "")

ANSWERS = (
    "Yes, still looking. Can you send me the details?",
    "What is the price range?",
    "Call me tomorrow after 5 please",
    "We are selling, not buying. Interested in an estimate",
    "Location matters most, close to schools",
    "Maybe in spring",
    "Who is this?",
    "Sounds good, let's talk",
    "Do you also have something with a garden?",
    "Not now, but keep me in mind for next year",
)
OPT_OUTS = ("STOP", "Stop", "stop", "UNSUBSCRIBE", "Cancel", "QUIT")

FICTIONAL = 90
"""Numbers used of the hundred (555-0100 to 555-0199) that each area code keeps for fiction; the rest send."""


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person with an E.164 number at which nobody is."""

    first: str
    last: str
    number: str
    company: str
    city: str
    state: str
    zip: str

    @property
    def email(self) -> str:
        """An address in a domain that is reserved for examples."""
        return f"{self.first}.{self.last}@example.com".lower()


def people(count: int, random: Random) -> list[Person]:
    """Invent people, each with a name and a number of their own.

    Args:
        count: how many; at most 990.
        random: decides who comes when.
    """
    names = [(first, last) for first in FIRST for last in LAST]
    random.shuffle(names)
    numbers = [(place, line) for line in range(FICTIONAL) for place in PLACES]
    found = []
    for (first, last), ((area, city, state, code), line) in zip(names, numbers[:count], strict=False):
        company = random.choice(COMPANIES)
        found.append(Person(first, last, f"+1{area}55501{line:02}", company, city, state, code))
    if len(found) != count:
        raise ValueError(f"there are only {len(found)} numbers kept free for fiction")
    random.shuffle(found)
    return found


def sender_number(index: int) -> str:
    """The number from which the demonstration's campaign ``index`` texts; kept free for fiction too."""
    return f"+1{PLACES[index][0]}55501{FICTIONAL + index:02}"
