"""The carrier's error codes: which class a code belongs to, and what it means in a sentence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from trd_tui.domain.failures import NOT_REACHED, FailureClass

_AMBIGUOUS = "AMBIGUOUS"
"""The table's word for an answer that does not say whether the message exists; it is no failure class."""


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One row of the table.

    Attributes:
        code: the carrier's number.
        failure: its class; ``None`` where the message may have been sent all the same.
        message: the carrier's own short text.
        action: what we do or what the operator should do.
    """

    code: int
    failure: FailureClass | None
    message: str
    action: str


@cache
def error_codes() -> dict[int, ErrorCode]:
    """The table of known codes, read once, when the first message fails."""
    rows = json.loads(files(__package__).joinpath("data/sms_errors.json").read_text(encoding="utf-8"))
    return {
        row["code"]: ErrorCode(
            row["code"],
            None if row["class"] == _AMBIGUOUS else FailureClass(row["class"].lower()),
            row["message"],
            row["action"],
        )
        for row in rows
    }


def is_ambiguous(code: int) -> bool:
    """Whether this code leaves open if the message was sent."""
    known = error_codes().get(code)
    return known is not None and known.failure is None


def failure_of(code: int) -> FailureClass:
    """Class of a code with which a create was refused.

    A code that we do not know is taken for a fault of the set-up: the message is held for a person,
    because neither sending again nor giving up is known to be right.
    """
    known = error_codes().get(code)
    return known.failure if known is not None and known.failure is not None else FailureClass.CONFIG


def failure_of_status(code: int | None) -> FailureClass:
    """Class of the code that an accepted message failed with later.

    A missing or unknown code says only that this one text did not arrive, so the sequence goes on.
    """
    known = error_codes().get(code) if code is not None else None
    return known.failure if known is not None and known.failure is not None else FailureClass.SOFT


def reason_of(code: int | None) -> str:
    """What a code means, in a sentence for people; holds no number of a contact and no secret."""
    if code is None:
        return "The carrier gave no reason."
    if code == NOT_REACHED:
        return "The carrier could not be reached; nothing was sent."
    known = error_codes().get(code)
    if known is None:
        return f"The carrier refused with code {code}, which is not in our table."
    return f"{known.message.rstrip('.')} (code {code})."
