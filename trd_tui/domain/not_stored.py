"""What is typed in the steps of drafts and is not stored in them: a start goes without it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from trd_tui.domain.definition import CampaignDefinition, parse_definition
from trd_tui.domain.definition_values import DefinitionError
from trd_tui.domain.finding import first_few
from trd_tui.domain.sheet import SCHEDULE, SENDER, TOUCHES, Sheet
from trd_tui.domain.sheet_meet import changed, meet, take, words_of


class NotStored(NamedTuple):
    """A draft of which more is typed than stored.

    Attributes:
        campaign_id: the draft.
        name: as it is stored.
        parts: what differs: ``budget_usd``, ``touch[2]``.
    """

    campaign_id: str
    name: str
    parts: tuple[str, ...]


def not_stored_parts(typed: Sheet, stored: Sheet, custom: Iterable[str] = ()) -> tuple[str, ...]:
    """Parts of which a sheet says something else than its draft, right or wrong.

    What others changed since where nothing was typed is not among them, nor is the same in other letters:
    ``1,500`` and ``1500``.

    Args:
        typed: the sheet.
        stored: the draft as it would be typed.
        custom: the contacts' own fields, which texts may name.
    """
    mine, own = meet(typed, stored).sheet, tuple(custom)
    differ = changed(stored, mine)
    whole = _meaning(stored, own) if differ else None
    return tuple(
        part for part in differ if whole is None or _meaning(take(stored, mine, (part,)), own) != whole
    )


def _meaning(sheet: Sheet, custom: Iterable[str]) -> CampaignDefinition | None:
    data = {key: value for step in (SENDER, TOUCHES, SCHEDULE) for key, value in sheet.parts(step).items()}
    try:
        return parse_definition(data, custom)
    except DefinitionError:
        return None


def typed_words(parts: Sequence[str]) -> str:
    """``the budget, the priority and touch 2``."""
    return first_few([words_of(part) for part in parts])


def audience_words(sheet: Sheet) -> list[str]:
    """What is typed of where contacts come from, in words; a draft stores who they are, not whence.

    Nothing of it, once they have been imported from there.
    """
    if sheet.imported:
        return []
    empty = Sheet()
    words = {
        "the file": ("file",),
        "what its columns hold": ("mapping",),
        "what is said of consent": ("consent", "consent_source", "consent_at"),
        "the other campaign": ("other",),
    }
    return [
        said
        for said, names in words.items()
        if any(getattr(sheet, name) != getattr(empty, name) for name in names)
    ]


def start_goes_without(drafts: Sequence[NotStored]) -> str:
    """Say of drafts that are to be started what of them is typed and not stored; empty where nothing is."""
    if not drafts:
        return ""
    first = drafts[0]
    it = "it" if len(drafts) == 1 and len(first.parts) == 1 else "them"
    said = f"Typed in the steps of {first.name} and not stored: {typed_words(first.parts)}."
    if len(drafts) > 1:
        said = f"{len(drafts):,} drafts hold things typed and not stored, {first.name} first:"
        said += f" {typed_words(first.parts)}."
    return f"{said} The start goes without {it}."
