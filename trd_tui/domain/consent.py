"""Consent: how somebody agreed to be texted, what a file or a person may call it, and when it was."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from trd_tui.domain.finding import one_or_many
from trd_tui.domain.nearest import did_you_mean

GIVEN = ("written", "web_form", "verbal", "existing_customer", "opt_in")
"""Kinds that count as consent; ``opt_in`` is START or its like, sent by the contact."""

UNKNOWN = "unknown"
"""Somebody says that there is consent and not how it was given: kept, and counted as none."""

REVOKED = "revoked"
"""Taken back: the contact opted out, or a person did it for them."""

KINDS = (*GIVEN[:-1], UNKNOWN)
"""What a person or a file may record."""

LONGEST = 500
"""Characters of a source or a proof."""

_WORDS = {
    "writing": "written",
    "paper": "written",
    "signed": "written",
    "form": "web_form",
    "webform": "web_form",
    "website": "web_form",
    "online": "web_form",
    "oral": "verbal",
    "phone": "verbal",
    "customer": "existing_customer",
    "existingcustomer": "existing_customer",
}
_REFUSED = ("no", "n", "false", "0", "none", "declined", "refused", "revoked", "optout")
_BARE = ("yes", "y", "true", "1", "x", "ok")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)


class ConsentError(ValueError):
    """What was said about consent cannot be recorded; the message says why and what to write."""


@dataclass(frozen=True, slots=True)
class Consent:
    """One statement that somebody agreed.

    Attributes:
        kind: one of `KINDS`.
        source: where it was given.
        given_at: UTC instant, if it is known.
        proof: what proves it, in words.
    """

    kind: str
    source: str
    given_at: int | None = None
    proof: str = ""


OPTED_IN = Consent("opt_in", "reply")
"""START from who had opted out: the contact's own word."""


def kind_of(said: str) -> str:
    """The kind that a person or a file means: ``Web form`` is ``web_form``.

    Raises:
        ConsentError: it says that there is none, or not how it was given.
    """
    plain = "".join(filter(str.isalnum, said.casefold()))
    for kind in KINDS:
        if plain == kind.replace("_", ""):
            return kind
    if plain in _WORDS:
        return _WORDS[plain]
    known = ", ".join(kind.replace("_", " ") for kind in KINDS)
    if plain in _REFUSED:
        raise ConsentError(f"consent '{said}': who has not agreed is not imported")
    if plain in _BARE:
        raise ConsentError(f"consent '{said}' does not say how it was given; write {known}")
    raise ConsentError(
        f"consent '{said}' is no kind of consent{did_you_mean(said, KINDS) or f'; use {known}'}"
    )


def given_at(said: str, now: int) -> int:
    """When consent was given: ``2024-01-15``, ``1/15/2024`` or an ISO date with a time; UTC unless it says.

    A date that may be two, as ``1/2/2024``, is none: nobody guesses in a record that has to hold.

    Args:
        said: what was written.
        now: an instant behind which it cannot lie.

    Raises:
        ConsentError: it is no date, one of two, or to come.
    """
    text = said.strip()
    american = _AMERICAN.fullmatch(text)
    month, day, year = map(int, american.groups()) if american is not None else (0, 0, 0)
    if month != day and 1 <= month <= 12 and 1 <= day <= 12:
        raise ConsentError(
            f"consent date '{said}' may be two days; write it like {year:04}-{month:02}-{day:02}"
        )
    try:
        if american is not None:
            found = datetime.combine(date(year, month, day), time(), UTC)
        else:
            found = datetime.fromisoformat(text)
    except ValueError:
        raise ConsentError(f"consent date '{said}' is no date; write it like 2024-01-15") from None
    instant = int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)
    if instant > now:
        raise ConsentError(f"consent date '{said}' is to come; consent is given before it is used")
    return instant


def one_line(said: str, what: str) -> str:
    """A source or a proof on one line.

    Raises:
        ConsentError: it is longer than `LONGEST`.
    """
    line = " ".join(said.split())
    if len(line) > LONGEST:
        raise ConsentError(f"the {what} of a consent is longer than {LONGEST} characters; shorten it")
    return line


def without_consent(count: int, total: int) -> str:
    """``3 of 12 contacts have no consent on record``."""
    have = "has" if total == 1 else "have"
    return f"{count:,} of {one_or_many(total, 'contact')} {have} no consent on record"
