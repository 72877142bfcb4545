"""Columns of a contacts file: usual names, the person's own word, and sentences for what cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trd_tui.domain.csv_columns import FIELDS, ColumnError, match_columns, split_name, taken_for


def test_usual_names_in_any_spelling() -> None:
    columns = match_columns(
        [
            "\ufeffFirst Name",
            "lastName",
            "PHONE",
            "E-Mail",
            "Company",
            "City",
            "State",
            "Zip Code",
            "Time_Zone",
            "Lot #",
        ]
    )
    assert columns.number == 2
    assert columns.fields == {
        "first_name": 0,
        "last_name": 1,
        "email": 3,
        "company": 4,
        "city": 5,
        "state": 6,
        "zip": 7,
        "timezone": 8,
    }
    assert columns.custom == {"lot": 9}
    assert "lot" in columns.template_fields
    assert "first_name" in columns.template_fields


@pytest.mark.parametrize("title", ["phone", "mobile", "number", "Phone Number", "Cell", "telephone"])
def test_every_usual_name_of_a_number(title: str) -> None:
    assert match_columns(["name", title]).number == 1


def test_the_mobile_number_is_texted_and_the_other_is_kept() -> None:
    columns = match_columns(["Phone", "Mobile"])
    assert columns.number == 1
    assert columns.custom == {"phone_2": 0}
    assert columns.notes == ("column 'Mobile' is used as the number; 'Phone' is kept as {{phone_2}}",)


def test_what_was_said_stands_before_usual_names() -> None:
    columns = match_columns(
        ["phone", "Desk", "Nick", "Note", "Area Size"],
        {"desk": "Phone", "Nick": "first_name", "note": "ignore", "area size": "custom.Size"},
    )
    assert columns.number == 1
    assert columns.fields == {"first_name": 2}
    assert columns.custom == {"phone_2": 0, "size": 4}
    assert columns.notes == ("column 'Desk' is used as the number; 'phone' is kept as {{phone_2}}",)


def test_alike_and_untitled_columns() -> None:
    columns = match_columns(["phone", "Phone", "lot", "Lot", "", "", "--", "--", "name", "full name"])
    assert columns.number == 0
    assert columns.fields == {"name": 8}
    assert columns.custom == {"phone_2": 1, "lot": 2, "lot_2": 3, "full_name": 9}
    assert columns.notes == (
        "column 'phone' is used as the number; 'Phone' is kept as {{phone_2}}",
        "column 'Lot' is kept as {{lot_2}}: its own name is taken",
        "column 'name' is used as the name; 'full name' is kept as {{full_name}}",
    )


def test_of_two_columns_with_one_title_a_person_says_which() -> None:
    header = ["phone", "lot", "phone", "phone"]
    columns = match_columns(header, {"phone#1": "ignore", "phone #3": "custom.desk"})
    assert (columns.number, columns.custom, columns.notes) == (2, {"lot": 1, "desk": 3}, ())
    columns = match_columns(header, {"phone#2": "phone", "phone#3": "ignore"})
    assert (columns.number, columns.custom) == (2, {"phone_2": 0, "lot": 1})
    assert columns.notes == ("column 'phone#2' is used as the number; 'phone#1' is kept as {{phone_2}}",)
    with pytest.raises(ColumnError, match=r"columns 1 and 4 are both called 'phone'; .* 'phone#3=ignore'"):
        match_columns(header, {"phone#2": "ignore"})


@pytest.mark.parametrize(
    ("header", "explicit", "part"),
    [
        (["first", "last"], {}, "no column holds phone numbers: the header is 'first', 'last'"),
        ([], {}, "the header is nothing"),
        (["4155552671", "Ann"], {}, "add a header row"),
        (["phone"], {"phnoe": "phone"}, "no column 'phnoe'; did you mean 'phone'"),
        (["a", "b"], {"a": "phone", "b": "mobile"}, "two columns are mapped to 'phone'"),
        (["phone", "b"], {"b": "city", "B": "zip"}, "mapped twice"),
        (
            ["phone", "b"],
            {"b": "frist_name"},
            "no field; did you mean 'first_name'. For .* custom.frist_name",
        ),
        (["phone", "b"], {"b": "Zip Cod"}, "did you mean 'zip'"),
        (["phone", "b"], {"b": "lot"}, "known are phone, first_name, .* write custom.lot"),
        (["phone", "b"], {"b": "custom.City"}, "every contact has city: write city"),
        (["phone", "b"], {"b": "custom."}, "no name of a field"),
        (["phone", "b"], {"b": "!"}, "no name of a field"),
        (["phone", "phone"], {}, "columns 1 and 2 are both called 'phone'; .* --map 'phone#2=ignore'"),
        (["phone", "lot", "lot "], {}, "columns 2 and 3 are both called 'lot'"),
        (["lot", "lot", "phone", "phone"], {"Phone": "ignore"}, "columns 3 and 4 are both called 'phone'"),
        (["phone", "phone"], {"Phone": "ignore"}, "columns 1 and 2 are both called"),
        (["phone", "phone"], {"phone#3": "ignore"}, "no column 'phone#3'; did you mean 'phone'"),
        (["phone"] * 10_000, {}, "10,000 columns"),
        (["phone"], {"phone": "ignore"}, "no column holds"),
    ],
)
def test_refusals_say_what_to_change(header: list[str], explicit: dict[str, str], part: str) -> None:
    with pytest.raises(ColumnError, match=part):
        match_columns(header, explicit)


@given(st.lists(st.text(max_size=12), max_size=30, unique_by=str.strip))
def test_no_column_is_used_twice_and_none_is_lost(header: list[str]) -> None:
    columns = match_columns([*header, "phone number"])
    used = [columns.number, *columns.fields.values(), *columns.custom.values()]
    assert len(used) == len(set(used))
    assert not set(columns.fields) & set(columns.custom)
    assert set(columns.fields) < set(FIELDS)
    untitled = {i for i, title in enumerate(header) if not any(char.isalnum() for char in title)}
    assert set(range(len(header) + 1)) - set(used) <= untitled
    said = {columns.number: "phone"} | {at: field for field, at in columns.fields.items()}
    said |= {at: f"custom.{key}" for key, at in columns.custom.items()}
    found = taken_for([*header, "phone number"])
    assert found == tuple(said.get(at, "ignore") for at in range(len(header) + 1))


@pytest.mark.parametrize(
    ("header", "explicit", "found"),
    [
        (["Handy", "town", "", "Lot"], {}, "custom.handy city ignore custom.lot"),
        (["first", "b", "c"], {"b": "-", "c": "first_name"}, "custom.first ignore first_name"),
        (["a", "b", "zip"], {"a": "mobile", "b": "phone"}, "phone phone zip"),
        (["phone", "phone", "lot", "lot"], {"lot#2": "custom.plot"}, "  custom.lot custom.plot"),
        (["a"], {"a": "zipp", "of another file": "phone"}, "custom.a"),
    ],
)
def test_columns_are_taken_for_something_also_where_they_say_too_little(
    header: list[str], explicit: dict[str, str], found: str
) -> None:
    with pytest.raises(ColumnError):
        match_columns(header, explicit)
    assert taken_for(header, explicit) == tuple(found.split(" "))


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ann Lee", ("Ann", "Lee")),
        (" Ann  van  Lee ", ("Ann", "van Lee")),
        ("Lee, Ann", ("Ann", "Lee")),
        ("Ann", ("Ann", "")),
        ("Ann,", ("Ann", "")),
        ("", ("", "")),
        (",", ("", "")),
    ],
)
def test_split_name(name: str, parts: tuple[str, str]) -> None:
    assert split_name(name) == parts
