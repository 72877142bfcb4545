"""The model of a sequence that is edited: places in an order, each with the texts that it ever had.

A text is a number. A touch keeps its place when its text or its day changes; a place that is taken out stays
in the order, because contacts may have had it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass


@dataclass(slots=True)
class Slot:
    """One place.

    Attributes:
        day: of the sequence.
        texts: numbers of its texts, the present one last.
        born: after how many edits of the running campaign it came.
        gone: whether it was taken out.
    """

    day: int
    texts: list[int]
    born: int = 0
    gone: bool = False


class Slots:
    """The places of one campaign."""

    def __init__(self, days: Iterable[int]) -> None:
        self.all = [Slot(day, [number]) for number, day in enumerate(days, 1)]
        self.edits = 0

    @property
    def present(self) -> list[Slot]:
        """What is sent now, in its order."""
        return [slot for slot in self.all if not slot.gone]

    def texts(self) -> list[tuple[int, int]]:
        """Number and day of each present text."""
        return [(slot.texts[-1], slot.day) for slot in self.present]

    def copy(self) -> Slots:
        """What a duplicate has: the present ones, as though they had always been."""
        made = Slots(())
        made.all = [Slot(slot.day, slot.texts[-1:]) for slot in self.present]
        return made

    def begun(self) -> Slots:
        """These places at the beginning of one more edit of a campaign that has been started."""
        made = deepcopy(self)
        made.edits += 1
        return made

    def edited(self, kind: str, which: int, day: int, text: int, *, draft: bool) -> Slots | None:
        """These places after one change; ``None`` where it would change nothing or mix their order up.

        Args:
            kind: ``add``, ``remove``, ``move`` or ``text``.
            which: of the present ones.
            day: for what is added or moved.
            text: number of a text that there was not yet.
            draft: nobody has had anything of it yet.
        """
        made = deepcopy(self)
        present = made.present
        slot = present[which % len(present)]
        taken = [other.day for other in present]
        if kind == "text":
            slot.texts.append(text)
        elif kind == "remove" and len(present) > 1:
            slot.gone = True
        elif (
            kind == "move"
            and not any(
                min(day, slot.day) <= other <= max(day, slot.day) for other in taken if other != slot.day
            )
            and day != slot.day
        ):
            slot.day = day
        elif kind == "add" and day not in taken:
            behind = next((other for other in present if other.day > day), None)
            place = len(made.all) if behind is None else made.all.index(behind)
            made.all.insert(place, Slot(day, [text], born=made.edits))
        else:
            return None
        if draft:
            made.all = made.present
        return made

    def places(self, texts: Sequence[int]) -> list[int]:
        """Where in the order these texts stand."""
        place = {text: at for at, slot in enumerate(self.all) for text in slot.texts}
        return [place[text] for text in texts]

    def owed(self, since: int, texts: Sequence[int]) -> list[int]:
        """Present texts of which a contact who joined after so many edits has had none of the place's."""
        had = set(self.places(texts))
        return [
            slot.texts[-1]
            for at, slot in enumerate(self.all)
            if not slot.gone and slot.born <= since and at not in had
        ]
