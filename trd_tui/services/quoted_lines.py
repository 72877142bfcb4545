"""A row that runs over several lines of its file: an honest line break in quotes, or a quote that was lost.

A lost quote makes the lines behind it part of a value, and with them the contacts that stand there. So each
line of such a row is also read by itself, as if nothing were quoted: where one would be a contact of its
own, the row is not taken. What an honest value holds hardly ever looks so, and whoever is rejected is told.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trd_tui.domain.phone import PhoneError, normalise


@dataclass(frozen=True, slots=True)
class LineReader:
    """Looks at the lines of one row.

    Attributes:
        delimiter: what stands between values.
        number: the column of the number.
        width: values of a whole row.
        narrowest: values of the shortest row of the file that stands on one line.
        region: the country whose numbers are written without ``+``.
    """

    delimiter: str
    number: int
    width: int
    narrowest: int
    region: str

    def lost_quote(self, lines: Sequence[str], own: str) -> str | None:
        """Why a quote of this row must be lost; ``None`` when all is well.

        Args:
            lines: the lines of the row, with their ends.
            own: the row's number as E.164; a line may repeat it.
        """
        for at, line in enumerate(lines, 1):
            if any(found != own for found in self._numbers(line)):
                return (
                    f"it runs over {len(lines)} lines, and line {at} of them reads as a contact of its own;"
                    " is a quote missing?"
                )
        try:
            rows = list(csv.reader(lines, delimiter=self.delimiter, strict=True))
        except csv.Error:
            rows = []
        if len(rows) == 1:
            return None
        # Behind a closing quote stands neither a separator nor the end: it was to open a value.
        return f"it runs over {len(lines)} lines, and a quote in it does not fit; is one missing?"

    def _numbers(self, line: str) -> Iterator[str]:
        """Numbers where the column of numbers would be, were this line a row or the end of one.

        Which separators stand within quotes cannot be told for sure once a quote is lost: so many more
        values than columns, so many more places for the number.
        """
        plain = line.rstrip("\r\n")
        readings = [next(csv.reader([plain], delimiter=self.delimiter), [])]
        if plain.count('"') % 2:
            readings.append(plain.split(self.delimiter))  # a quote opens or closes here
        for values in readings:
            if len(values) < self.narrowest and '"' not in values:
                continue
            surplus = max(0, len(values) - self.width)
            for value in values[self.number : self.number + surplus + 1]:
                try:
                    yield normalise(value.strip().strip('"').strip(), self.region)
                except PhoneError:
                    continue
