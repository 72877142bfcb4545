"""Who sends next: free slots are shared over the campaigns that are due, so that nobody starves.

Priorities weigh 16, 8, 4, 2 and 1, and the campaigns of one priority share its part equally, least
recently served first. Slots go out in chunks, because a batch that touches few campaigns is written
faster. A priority whose part is less than a chunk gets a whole one every so many rounds instead: what
it is owed grows with each round that passes it by.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nsmallest
from typing import NamedTuple

WEIGHTS: dict[int, int] = {1: 16, 2: 8, 3: 4, 4: 2, 5: 1}
"""Weight of each priority, from 1 (first) to 5 (last)."""

CHUNK = 10
"""Least number of slots that a campaign gets at once, where there are as many."""


class Queue(NamedTuple):
    """A campaign with messages that are due.

    Attributes:
        id: the campaign.
        priority: 1 (first) to 5 (last); what lies outside counts as the nearest.
        last_served: number of the round in which it last got slots; 0 when it never did.
    """

    id: str
    priority: int
    last_served: int


def share(slots: int, queues: Iterable[Queue], *, turn: int | None = None) -> list[tuple[str, int]]:
    """Share free slots over campaigns.

    Args:
        slots: how many messages may start now.
        queues: campaigns that have something due; where all else is equal, the earlier goes first.
        turn: number of this round; without it, one more than the newest `Queue.last_served`.

    Returns:
        Campaigns and how many messages each may start, at least one each, together `slots` (or nothing
        when there are no slots or no campaigns). Who gets nothing now is not in the list.
    """
    groups: dict[int, list[Queue]] = {}
    newest: dict[int, int] = {}
    for queue in queues:
        priority = min(max(queue.priority, 1), 5)
        group = groups.get(priority)
        if group is None:
            groups[priority] = [queue]
            newest[priority] = queue.last_served
        else:
            group.append(queue)
            if queue.last_served > newest[priority]:
                newest[priority] = queue.last_served
    if slots <= 0 or not groups:
        return []
    this_turn = max(newest.values()) + 1 if turn is None else turn
    quotas: list[tuple[str, int]] = []
    for priority, part in _parts(slots, newest, this_turn):
        quotas += _within(part, groups[priority])
    return quotas


def _parts(slots: int, newest: dict[int, int], turn: int) -> list[tuple[int, int]]:
    """Share slots over priorities; `newest` says when each was last served."""
    whole = sum(WEIGHTS[priority] for priority in newest)
    # In units of 1/whole of a slot, so that everything stays an integer.
    owed = {
        priority: slots * WEIGHTS[priority] * max(1, turn - served) for priority, served in newest.items()
    }
    ranked = sorted(owed, key=lambda priority: (-owed[priority], priority))
    most = max(1, slots // CHUNK)
    chosen = [ranked[0], *(priority for priority in ranked[1:most] if owed[priority] >= CHUNK * whole)]
    parts: dict[int, int] = {}
    # Lift the lightest to a whole chunk until the weighted part of everybody else is at least as much.
    light = sorted(chosen, key=lambda priority: WEIGHTS[priority])
    left, weight = slots, sum(WEIGHTS[priority] for priority in chosen)
    while len(light) > 1 and left * WEIGHTS[light[0]] < CHUNK * weight:
        lifted = light.pop(0)
        parts[lifted] = CHUNK
        left -= CHUNK
        weight -= WEIGHTS[lifted]
    for priority in light:
        parts[priority] = left * WEIGHTS[priority] // weight
        left -= parts[priority]
        weight -= WEIGHTS[priority]
    return sorted(parts.items())


def _within(slots: int, queues: list[Queue]) -> list[tuple[str, int]]:
    """Share slots over the campaigns of one priority: equally, least recently served first."""
    count = max(1, min(len(queues), slots // CHUNK))
    served = nsmallest(count, queues, key=lambda queue: queue.last_served)
    each, rest = divmod(slots, count)
    return [(queue.id, each + (index < rest)) for index, queue in enumerate(served)]
