"""One row of a contacts file as a contact, or the sentence that says why it cannot be one."""

from __future__ import annotations

import json
from collections.abc import Callable

from trd_tui.domain.csv_columns import split_name
from trd_tui.domain.finding import one_or_many
from trd_tui.domain.phone import PhoneError, is_premium, normalise
from trd_tui.domain.zones import ZoneError, check_zone
from trd_tui.services.contact_file import ContactFile
from trd_tui.services.quoted_lines import LineReader
from trd_tui.store.contacts import Fields

LONGEST_VALUE = 1_000
"""Characters of one value; a longer one is a slip, and nothing that a text could hold."""

_MOST_ZONES = 10_000


class RowError(ValueError):
    """A row that is rejected; the message says why."""


def row_reader(file: ContactFile, region: str = "US") -> Callable[[list[str], list[str]], Fields]:
    """A function that turns the values of a row and its lines into a contact's fields, or raises `RowError`.

    Args:
        file: what the first look has found.
        region: the country whose numbers are written without ``+``.
    """
    columns = file.columns
    width, named = file.width, len(file.header)
    # a field that the file does not have reads the empty value behind the row
    none = width
    number = columns.number
    first, last, whole, company, email, city, state, zip_, zone = (
        columns.fields.get(name, none)
        for name in (
            "first_name",
            "last_name",
            "name",
            "company",
            "email",
            "city",
            "state",
            "zip",
            "timezone",
        )
    )
    custom = tuple(columns.custom.items())
    # What a text may hold is one line; a field of the file's own keeps its line breaks.
    one_line = sorted({number, *columns.fields.values()})
    quoted = LineReader(file.delimiter, number, width, file.narrowest, region)
    check = _zone_checker()

    def read(row: list[str], lines: list[str]) -> Fields:
        if len(row) != width:
            surplus = surplus_values(row, width)
            if surplus:
                raise RowError(
                    f"{named + len(surplus)} values for {one_or_many(named, 'column')}; is a quote missing?"
                )
            row = row[:width] + [""] * (width - len(row))
        values = [value.strip() for value in row]
        values.append("")
        if len(max(values, key=len)) > LONGEST_VALUE:
            raise RowError(f"a value is longer than {LONGEST_VALUE:,} characters")
        if len(lines) > 1:
            for at in one_line:
                if "\n" in values[at] or "\r" in values[at]:
                    values[at] = " ".join(values[at].split())
        try:
            e164 = normalise(values[number], region)
        except PhoneError as error:
            raise RowError(str(error)) from None
        if is_premium(e164):
            shown = " ".join(values[number].split())
            raise RowError(f"'{shown}' is a premium-rate number, which takes no texts")
        if len(lines) > 1 and (lost := quoted.lost_quote(lines, e164)) is not None:
            raise RowError(lost)
        given, family = values[first], values[last]
        if whole != none and values[whole] and not (given and family):
            split = split_name(values[whole])
            given, family = given or split[0], family or split[1]
        stated = values[zone]
        if stated:
            check(stated)
        own = "{}"
        if custom:
            filled = {name: values[at] for name, at in custom if values[at]}
            if filled:
                own = json.dumps(filled, ensure_ascii=False)
        return (
            e164,
            given,
            family,
            values[company],
            values[email],
            values[city],
            values[state],
            values[zip_],
            stated or None,
            own,
        )

    return read


def surplus_values(row: list[str], width: int) -> list[str]:
    """What a row holds behind its columns; empty values at its end are none."""
    surplus = row[width:]
    while surplus and not surplus[-1].strip():
        surplus.pop()
    return surplus


def _zone_checker() -> Callable[[str], None]:
    """Check time zones, each name once: saying which name is nearest takes a while."""
    problems: dict[str, str] = {}

    def check(zone: str) -> None:
        problem = problems.get(zone)
        if problem is None:
            problem = ""
            try:
                check_zone(zone)
            except ZoneError as error:
                problem = str(error)
            if len(problems) < _MOST_ZONES:
                problems[zone] = problem
        if problem:
            raise RowError(problem)

    return check
