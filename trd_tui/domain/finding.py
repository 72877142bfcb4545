"""What a lint finds in a campaign's texts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "hint"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "hint")
"""From the worst."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that should be otherwise.

    Attributes:
        code: a stable name for programs.
        severity: an ``error`` keeps the campaign from being saved; a ``warning`` costs money, contacts or
            the carrier's goodwill; a ``hint`` is for whoever wants it better.
        touch: position of the touch; ``None`` when it is about the campaign.
        message: a sentence with its remedy.
        span: first character in the touch's template and the one behind the last; ``None`` where no place
            can be shown.
        variant: which of the touch's texts; ``None`` where it has one, or all are meant.
        plain: for characters outside GSM-7, the text with what replaces them.
    """

    code: str
    severity: Severity
    touch: int | None
    message: str
    span: tuple[int, int] | None = None
    variant: str | None = None
    plain: str | None = None


@dataclass(frozen=True, slots=True)
class LintTables:
    """The data that the rules are asked with.

    Attributes:
        replacements: what a character outside GSM-7 may be replaced by.
        shorteners: hosts of public link shorteners, in lower case.
    """

    replacements: Mapping[str, str]
    shorteners: frozenset[str]


def sent_words(sent: int, perhaps: int) -> str:
    """How many were sent, and of how many nobody knows: ``2 sent, 4 perhaps sent``."""
    return f"{sent:,} sent" + (f", {perhaps:,} perhaps sent" if perhaps else "")


def one_or_many(count: int, one: str, many: str | None = None) -> str:
    """``1 contact``, ``1,200 contacts``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def first_few(names: Sequence[str], most: int = 5) -> str:
    """``CA``, ``CA and GB``; of many the first ones and how many more there are."""
    more = len(names) - most
    if more > 0:
        return f"{', '.join(names[:most])} and {more:,} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def told_once(reason: str) -> str:
    """A noted reason as people read it: a carrier's code once, not before its words and behind them.

    Our own mark of a carrier that was not reached is no code.
    """
    return _TWICE.sub(r"\2 (code \1)", reason).removeprefix("0: ")


_TWICE = re.compile(r"^(\d+): (.*) \(code \1\)\.?", re.DOTALL)
