"""The columns of a contacts file: which holds the number, which a field, and which is the file's own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from trd_tui.domain.fields import CONTACT_FIELDS, field_key
from trd_tui.domain.nearest import did_you_mean, nearest

MAX_COLUMNS = 500
"""A header with more is not a contacts file, but something that was cut at the wrong character."""

IGNORE = ("ignore", "-")
"""What a column is mapped to when it shall not be imported."""

CUSTOM = "custom."
"""Stands before the name of a field of one's own, so that a slip in one of ours never makes a new one."""

_USUAL: dict[str, tuple[str, ...]] = {
    # a text goes to the mobile number where a file holds several, so the order counts
    "number": (
        *("mobile", "mobilephone", "mobilenumber", "cell", "cellphone", "cellnumber", "cellular"),
        *("phone", "phonenumber", "phoneno", "phone1", "number", "telephone", "tel", "contactnumber"),
        *("primaryphone", "contactphone", "msisdn", "smsnumber", "sms"),
    ),
    "first_name": ("firstname", "first", "givenname", "forename", "fname"),
    "last_name": ("lastname", "last", "surname", "familyname", "lname"),
    "name": ("name", "fullname", "contactname", "contact", "displayname"),
    "company": ("company", "companyname", "business", "businessname", "organization", "organisation"),
    "email": ("email", "emailaddress", "mail"),
    "city": ("city", "town"),
    "state": ("state", "province", "stateprovince"),
    "zip": ("zip", "zipcode", "postalcode", "postcode"),
    "timezone": ("timezone", "tz"),
}

FIELDS = tuple(_USUAL)
"""What a column can be mapped to, besides ``custom.`` and any name."""

_FIELD_OF = {name: field for field, names in _USUAL.items() for name in names}
_NUMBER_LIKE = re.compile(r"\+?[\d\s().\-/]{7,20}")


class ColumnError(ValueError):
    """The file cannot be imported as it is; the message says what to change."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column, counted from 0, holds what.

    Attributes:
        number: the number to text.
        fields: the contact's own fields: ``first_name last_name name company email city state zip
            timezone``; ``name`` is both names in one, see `split_name`.
        custom: the file's own fields, by the names that templates use.
    """

    number: int
    fields: Mapping[str, int]
    custom: Mapping[str, int]

    @property
    def template_fields(self) -> tuple[str, ...]:
        """Every field that a template may name for contacts of this file."""
        return (*CONTACT_FIELDS, *self.custom)


def match_columns(header: Sequence[str], explicit: Mapping[str, str] | None = None) -> ColumnMap:
    """Match the columns of a header to fields by their usual names; the rest become custom fields.

    Args:
        header: the first row of the file.
        explicit: fields by column, as the person who imports said; they stand before usual names.
            ``custom.NAME`` is a field of the file's own, ``ignore`` leaves a column out.

    Raises:
        ColumnError: no column holds numbers, there are too many columns, or ``explicit`` names a column
            or a field that is not there, or one field twice.
    """
    if len(header) > MAX_COLUMNS:
        raise ColumnError(
            f"the header has {len(header):,} columns; a contacts file has at most {MAX_COLUMNS}"
        )
    titles = [title.lstrip("\ufeff").strip() for title in header]
    taken = _explicit(titles, explicit or {})
    fields = {target: index for index, target in taken.items() if target in _USUAL}
    for field, names in _USUAL.items():
        if field in fields:
            continue
        plain = {
            _plain(title): index for index, title in reversed(list(enumerate(titles))) if index not in taken
        }
        index = next((plain[name] for name in names if name in plain), None)
        if index is not None:
            fields[field] = index
            taken[index] = field
    if "number" not in fields:
        raise ColumnError(_no_number(titles))
    number = fields.pop("number")
    custom = _custom(titles, taken)
    return ColumnMap(number, MappingProxyType(fields), MappingProxyType(custom))


def _plain(title: str) -> str:
    return field_key(title).replace("_", "")


def _explicit(titles: list[str], explicit: Mapping[str, str]) -> dict[int, str]:
    """Return targets by column: a field of ours, the key of a custom one, or nothing for an ignored one."""
    taken: dict[int, str] = {}
    for title, target in explicit.items():
        index = _find(titles, title)
        if index in taken:
            raise ColumnError(f"column '{title}' is mapped twice")
        field = _target(title, target.strip())
        if field and field in taken.values():
            raise ColumnError(f"two columns are mapped to '{field}'")
        taken[index] = field
    return taken


def _target(title: str, target: str) -> str:
    """The field that a person means; nothing for a column that is left out."""
    if target.lower() in IGNORE:
        return ""
    own = target[: len(CUSTOM)].lower() == CUSTOM
    key = field_key(target[len(CUSTOM) :] if own else target)
    if not key:
        raise ColumnError(f"column '{title}' is mapped to '{target}', which is no name of a field")
    if own and key in (*_USUAL, *CONTACT_FIELDS):
        raise ColumnError(
            f"column '{title}' is mapped to '{target}', but every contact has {key}: write {key}"
        )
    field = key if own else _FIELD_OF.get(key.replace("_", ""))
    if field is None:
        near = nearest(key, _FIELD_OF)
        meant = f"; did you mean '{_FIELD_OF[near]}'?" if near else f"; known are {', '.join(_USUAL)}."
        raise ColumnError(
            f"column '{title}' is mapped to '{target}', which is no field{meant}"
            f" For a field of your own write {CUSTOM}{key}"
        )
    return field


def _find(titles: list[str], title: str) -> int:
    if title.strip() in titles:
        return titles.index(title.strip())
    plain = [_plain(each) for each in titles]
    if _plain(title) and _plain(title) in plain:
        return plain.index(_plain(title))
    raise ColumnError(f"there is no column '{title}'{did_you_mean(title, titles)}")


def _custom(titles: list[str], taken: Mapping[int, str]) -> dict[str, int]:
    """Name the columns that are left. One without a title cannot be named in a template and is left out."""
    custom = {target: index for index, target in taken.items() if target and target not in _USUAL}
    used = {*_USUAL, *CONTACT_FIELDS, *custom}
    for index, title in enumerate(titles):
        key = field_key(title)
        if index in taken or not key:
            continue
        name, count = key, 1
        while name in used:
            count += 1
            name = f"{key}_{count}"
        used.add(name)
        custom[name] = index
    return custom


def _no_number(titles: list[str]) -> str:
    if any(_NUMBER_LIKE.fullmatch(title) for title in titles):
        return "the first row holds a number: add a header row above it, like phone,first_name"
    shown = ", ".join(f"'{title[:30]}'" for title in titles[:8] if title) or "nothing"
    more = ", ..." if len(titles) > 8 else ""
    return (
        f"no column holds phone numbers: the header is {shown}{more}; "
        "name one 'phone', or say which it is with --map COLUMN=phone"
    )


def split_name(name: str) -> tuple[str, str]:
    """Split a full name into first and last name: ``Ann Lee`` and ``Lee, Ann`` alike."""
    last, comma, first = name.partition(",")
    if comma and first.strip():
        return " ".join(first.split()), " ".join(last.split())
    words = name.replace(",", " ").split()
    return (words[0], " ".join(words[1:])) if words else ("", "")
