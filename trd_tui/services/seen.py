"""Which numbers an import has met, in 16 to 32 bytes each: a million take less than the database's cache."""

from __future__ import annotations

from array import array

_SMALLEST = 1 << 13


class SeenNumbers:
    """A set of positive integers, open addressing in one array.

    A set of texts would take 100 bytes a number, and an import's memory would grow with its file.
    """

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 * _SMALLEST))
        self._mask = _SMALLEST - 1
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, number: int) -> bool:
        """Add a number; returns whether it is new."""
        slots, mask = self._slots, self._mask
        # numbers of one exchange differ in their last digits: spread them, then step
        place = (number * 0x9E3779B1 >> 7) & mask
        while held := slots[place]:
            if held == number:
                return False
            place = (place + 1) & mask
        slots[place] = number
        self._count += 1
        if self._count * 5 > mask * 3:
            self._grow()
        return True

    def _grow(self) -> None:
        old = self._slots
        self._mask = self._mask * 2 + 1
        self._slots = array("Q", bytes(8 * (self._mask + 1)))
        slots, mask = self._slots, self._mask
        for number in old:
            if number:
                place = (number * 0x9E3779B1 >> 7) & mask
                while slots[place]:
                    place = (place + 1) & mask
                slots[place] = number
