"""What the lines of the steps say: the steps with their marks, and the keys that work."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from trd_tui.domain.sheet import STEPS
from trd_tui.tui.actions import RIGHT, hints
from trd_tui.tui.actions.new_campaign import NEW_CAMPAIGN
from trd_tui.tui.hint_lines import action_parts, right_parts, typing_parts
from trd_tui.tui.lines import Part
from trd_tui.tui.long_act import LongAct

NAMES = ("Name", "Audience", "Touches", "Schedule", "Review")

_SHORT = {"next_step": "next", "previous_step": "before"}
"""Words of 80 columns, so that the help has room."""

DONE, FAULTY, OPEN = "✓", "✗", "·"
_TONES = {DONE: "good", FAULTY: "bad", OPEN: "quiet"}


def mark_of(step: int, faulty: Collection[int], seen: Collection[int], *, reviewed: bool) -> str:
    """Done, faulty or not yet looked at."""
    if step == STEPS[-1]:
        return DONE if reviewed and not faulty else OPEN
    if step not in seen:
        return OPEN
    return FAULTY if step in faulty else DONE


def step_parts(marks: Mapping[int, str], current: int) -> list[Part]:
    """The line of steps; the one in front is set apart."""
    parts: list[Part] = []
    for step, name in zip(STEPS, NAMES, strict=True):
        action, mark = f"tab({step})", marks[step]
        parts.append(Part(" " if step == 1 else "  ", "quiet"))
        if step == current:
            parts.append(Part(f" {step} {mark} {name} ", "chosen", action))
        else:
            parts += [
                Part(f"{step} ", "key", action),
                Part(mark, _TONES[mark], action),
                Part(f" {name}", "", action),
            ]
    return parts


def hint_parts(
    works: Collection[str],
    saves: str,
    long_act: LongAct | None,
    width: int,
    *,
    stopped: bool,
    typing: bool = False,
    kept: bool = True,
) -> tuple[list[Part], list[Part]]:
    """The keys that work now; while something long goes on, how far it is.

    Args:
        works: ids of actions of this screen that do something in this step.
        saves: what ctrl+s does here.
        long_act: what goes on.
        width: columns of the terminal.
        stopped: the emergency stop is set.
        typing: letters and signs go into a field, so that ! and ? would be typed.
        kept: leaving keeps what is typed in the steps.
    """
    if long_act is not None and long_act.shown:
        return long_act.parts(width), right_parts(NEW_CAMPAIGN, stopped=stopped, only_stop=True)
    left: list[Part] = [Part(" ")]
    for action in hints(NEW_CAMPAIGN):
        if action.hint < RIGHT and action.id in works and (width >= 100 or action.id != "afresh"):
            label = saves if action.id == "save_step" else action.label
            left += action_parts(action, label if width >= 100 else _SHORT.get(action.id, label))
    leaves = " leave, kept  " if kept and width >= 100 else " leave  "
    left += [Part("esc", "key", "back"), Part(leaves, "", "back")]
    if typing:
        aid = [Part("f1", "key", "help"), Part(" help ", "", "help")]
        return left, [*typing_parts(stopped=stopped), *aid]
    return left, right_parts(NEW_CAMPAIGN, stopped=stopped)
