"""The figures of a long run: a line a stage, a table at the end."""

from __future__ import annotations

from collections.abc import Sequence

from tests.torture.stage import Stage


def percentile(values: Sequence[int], share: float) -> int:
    """The value below which a share of them lies; 0 where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0


def stage_line(number: int, of: int, stage: Stage) -> str:
    """What one stage brought."""
    verdict = stage.verdict
    return (
        f"stage {number}/{of}, seed {stage.seed}:"
        f" {stage.kills} kills ({sum(stage.at.values())} at named points),"
        f" {verdict.messages:,} messages, {len(verdict.doubles)} double, {len(verdict.lost)} lost,"
        f" {verdict.held} held ({verdict.held_unseen} unseen, at most {verdict.about} on the way),"
        f" {len(verdict.wrong)} wrong, {stage.seconds:.0f} s"
    )


def final_table(title: str, stages: Sequence[Stage]) -> str:
    """All stages together."""
    verdicts = [stage.verdict for stage in stages]
    recoveries = [took for stage in stages for took in stage.recoveries_ms]
    lines = {
        "kills": f"{sum(stage.kills for stage in stages):,}",
        "of them at named points": f"{sum(sum(stage.at.values()) for stage in stages):,}",
        "messages accepted": f"{sum(verdict.messages for verdict in verdicts):,}",
        "calls under way at the kills": f"{sum(stage.open_calls for stage in stages):,}",
        "double": f"{sum(len(verdict.doubles) for verdict in verdicts)}",
        "lost": f"{sum(len(verdict.lost) for verdict in verdicts)}",
        "otherwise wrong": f"{sum(len(verdict.wrong) for verdict in verdicts)}",
        "held for a person": f"{sum(verdict.held for verdict in verdicts)}",
        "recovery p50 / p99": f"{percentile(recoveries, 0.5)} / {percentile(recoveries, 0.99)} ms",
        "wall time": f"{sum(stage.seconds for stage in stages):.0f} s",
    }
    width = max(map(len, lines))
    return "\n".join([title, *(f"  {name:<{width}}  {value}" for name, value in lines.items())])
