"""Honest line breaks are read in every field, and a lost quote never swallows a contact, by property."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trd_tui.services.contact_file import ContactFileError, look_through
from trd_tui.services.contact_rows import RowError, row_reader

VALUES = st.one_of(
    st.just(""),
    st.text('ab ,"\n', max_size=7),
    st.sampled_from(["Lee, Ann", "5'10\"", "x\r\ny", "\n", ",", '"']),
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]], int]:
    """A header, rows of it, and how the rows are quoted."""
    titles = ["first_name", "city", "note", "lot"][: draw(st.integers(1, 4))]
    at = draw(st.integers(0, len(titles)))
    rows = draw(
        st.lists(st.lists(VALUES, min_size=len(titles), max_size=len(titles)), min_size=1, max_size=6)
    )
    header = [*titles[:at], "phone", *titles[at:]]
    table = [[*row[:at], f"21220{line:05}", *row[at:]] for line, row in enumerate(rows)]
    return header, table, draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))


def written(header: list[str], rows: list[list[str]], quoting: int) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([header, *rows])
    return out.getvalue()


def imported(path: Path, content: str) -> tuple[set[str], str]:
    """The numbers that are taken, and everything that is rejected with a reason."""
    path.write_bytes(content.encode())
    looked = look_through(path)
    read = row_reader(looked)
    taken, left = set(), ""
    for _, row, lines in looked.read():
        try:
            taken.add(read(row, lines)[0].removeprefix("+1"))
        except RowError:
            left += "".join(lines)
    return taken, left


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("quoted") / "contacts.csv"


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(tables())
def test_every_honest_row_is_read(path: Path, table: tuple[list[str], list[list[str]], int]) -> None:
    header, rows, quoting = table
    taken, left = imported(path, written(header, rows, quoting))
    assert left == ""
    assert len(taken) == len(rows)


# The same files every time: of any damage one could make up, some would have two readings.
@settings(
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    derandomize=True,
)
@given(tables(), st.data())
def test_a_lost_or_stray_quote_swallows_nobody(
    path: Path, table: tuple[list[str], list[list[str]], int], data: st.DataObject
) -> None:
    header, rows, quoting = table
    content = written(header, rows, quoting)
    begin = content.index("\n") + 1
    quotes = [at for at in range(begin, len(content)) if content[at] == '"']
    lost = data.draw(st.sampled_from(quotes or [-1]))
    stray = data.draw(st.integers(begin, len(content)))
    lose: bool = data.draw(st.booleans())
    if lose and quotes:
        broken = content[:lost] + content[lost + 1 :]
    else:
        broken = content[:stray] + '"' + content[stray:]
    try:
        taken, left = imported(path, broken)
    except ContactFileError:
        return  # the file is refused as a whole
    for row in rows:
        (number,) = (value for value in row if value.startswith("21220"))
        # the stray quote may stand in the number itself
        assert number in taken or number in left.replace('"', ""), broken
