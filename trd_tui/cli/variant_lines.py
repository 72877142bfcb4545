"""The result of variants for people: a table and a plain word on what it means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from trd_tui.cli.output import printable, table

if TYPE_CHECKING:
    from trd_tui.services.variant_views import TouchResult, VariantFigures

_HEADS = (
    *(">Touch", "Variant", ">Share", ">Sent", ">Delivered", ">Failed", ">Replied", ">Rate", "95 %"),
    *(">Opted out", ">Rate", "95 %", "Text"),
)


def variant_lines(results: Sequence[TouchResult]) -> list[str]:
    """A table of all variants, and what the differences mean."""
    rows: list[tuple[object, ...]] = []
    for result in results:
        whole = sum(each.weight for each in result.variants if not each.removed)
        rows += [_row(result.position, each, whole) for each in result.variants]
        if result.others is not None:
            rows.append(_row(result.position, result.others, whole))
    lines = table(_HEADS, rows).splitlines()
    for result in results:
        lines += [
            printable(f"touch {result.position}, {said}")
            for said in (result.replies_said, result.opt_outs_said)
        ]
    return lines


def _row(position: int, figures: VariantFigures, whole: int) -> tuple[object, ...]:
    return (
        position,
        figures.name or "(none)",
        _share(figures, whole),
        f"{figures.sent_count:,}",
        f"{figures.delivered_count:,}",
        f"{figures.failed_count:,}",
        f"{figures.replied_count:,}",
        f"{figures.reply_rate:.1f} %",
        _span(figures.reply_range),
        f"{figures.opted_out_count:,}",
        f"{figures.opt_out_rate:.1f} %",
        _span(figures.opt_out_range),
        figures.body[:40],
    )


def _share(figures: VariantFigures, whole: int) -> str | None:
    if figures.removed:
        return "out" if figures.name else None
    return f"{100 * figures.weight / whole:.0f} %"


def _span(span: tuple[float, float]) -> str:
    return f"{span[0]:.1f}-{span[1]:.1f}"
