"""Which numbers an import has met, in about eight bytes each: a million take less than the page cache."""

from __future__ import annotations

from array import array

_LOW = 32
_LOW_MASK = (1 << _LOW) - 1
_SMALLEST = 64


class SeenNumbers:
    """A set of positive integers; a set of texts would take 100 bytes a number and grow with the file.

    Numbers that share their upper bits share a table, which then holds the lower 32 bits of each. All of
    North America is three tables.
    """

    def __init__(self) -> None:
        self._tables: dict[int, _Table] = {}

    def __len__(self) -> int:
        return sum(table.count for table in self._tables.values())

    def add(self, number: int) -> bool:
        """Add a number; returns whether it is new."""
        table = self._tables.get(number >> _LOW)
        if table is None:
            table = self._tables[number >> _LOW] = _Table()
        return table.add(number & _LOW_MASK)


class _Table:
    """Open addressing in one array; an empty slot is 0, so that 0 itself is kept apart."""

    __slots__ = ("_mask", "_slots", "_zero", "count")

    def __init__(self) -> None:
        self._slots = array("I", [0]) * _SMALLEST
        self._mask = _SMALLEST - 1
        self._zero = False
        self.count = 0

    def add(self, low: int) -> bool:
        if not low:
            new, self._zero = not self._zero, True
            self.count += new
            return new
        slots, mask = self._slots, self._mask
        # numbers of one exchange differ in their last digits: spread them, then step
        place = (low * 0x9E3779B1 >> 7) & mask
        while held := slots[place]:
            if held == low:
                return False
            place = (place + 1) & mask
        slots[place] = low
        self.count += 1
        if self.count * 4 > mask * 3:
            self._grow()
        return True

    def _grow(self) -> None:
        old = self._slots
        mask = self._mask = self._mask * 2 + 1
        slots = self._slots = array("I", [0]) * (mask + 1)
        for low in old:
            if low:
                place = (low * 0x9E3779B1 >> 7) & mask
                while slots[place]:
                    place = (place + 1) & mask
                slots[place] = low
