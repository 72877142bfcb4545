"""The variants of touches: their texts and weights by touch, and the figures of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, RowMapping, text

from trd_tui.domain.sequence import Touch
from trd_tui.domain.variants import Variant
from trd_tui.store.counters import TOUCH_COUNTERS
from trd_tui.store.driver import ByIds

_TEXTS = ByIds(
    "SELECT campaign_id, touch, name, body, weight FROM touch_variants"
    " WHERE campaign_id IN :ids AND removed = 0 ORDER BY campaign_id, touch, place"
)
_FIGURES = text(
    f"SELECT touch, name, weight, body, removed, {', '.join(TOUCH_COUNTERS)} FROM touch_variants"
    " WHERE campaign_id = :id ORDER BY touch, removed, place, name"
)
_TAKE_OUT = text("UPDATE touch_variants SET removed = 1 WHERE campaign_id = :id AND removed = 0")
_FORGET = text("DELETE FROM touch_variants WHERE campaign_id = :id")
_PUT = text(
    "INSERT INTO touch_variants (workspace_id, campaign_id, touch, name, place, weight, body)"
    " VALUES (:workspace_id, :campaign_id, :touch, :name, :place, :weight, :body)"
    " ON CONFLICT (campaign_id, touch, name) DO UPDATE SET place = excluded.place,"
    " weight = excluded.weight, body = excluded.body, removed = 0"
)


def by_touch(connection: Connection, ids: Iterable[str]) -> dict[tuple[str, int], tuple[Variant, ...]]:
    """The variants that some campaigns send, by campaign and position; a touch with one text is missing."""
    found: dict[tuple[str, int], list[Variant]] = {}
    for id_, touch, name, body, weight in _TEXTS.fetch(connection, ids):
        found.setdefault((id_, touch), []).append(Variant(name, body, weight))
    return {key: tuple(variants) for key, variants in found.items()}


def figures(connection: Connection, campaign_id: str) -> list[RowMapping]:
    """Every variant that a campaign has or has had with its counters, by touch, those taken out last."""
    return list(connection.execute(_FIGURES, {"id": campaign_id}).mappings())


def put(
    connection: Connection, campaign_id: str, workspace_id: int, touches: Sequence[Touch], *, afresh: bool
) -> None:
    """Store the variants of a campaign's touches; a name that was there keeps its figures.

    Args:
        connection: a writing transaction.
        campaign_id: the campaign.
        workspace_id: where it belongs.
        touches: all of its touches.
        afresh: no message names any of them: what was there goes away.
    """
    connection.execute(_FORGET if afresh else _TAKE_OUT, {"id": campaign_id})
    rows = [
        {
            "workspace_id": workspace_id,
            "campaign_id": campaign_id,
            "touch": touch.position,
            "name": variant.name,
            "place": place,
            "weight": variant.weight,
            "body": variant.body,
        }
        for touch in touches
        for place, variant in enumerate(touch.variants)
    ]
    if rows:
        connection.execute(_PUT, rows)
