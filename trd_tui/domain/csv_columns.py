"""The columns of a contacts file: which holds the number, which a field, and which is the file's own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType

from trd_tui.domain.fields import CONTACT_FIELDS, CUSTOM, field_key
from trd_tui.domain.nearest import did_you_mean, nearest

MAX_COLUMNS = 500
"""A header with more is not a contacts file, but something that was cut at the wrong character."""

IGNORE = ("ignore", "-")
"""What a column is mapped to when it shall not be imported."""

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
    "consent": ("consent", "consentkind", "consenttype", "consentmethod", "optinmethod"),
    "consent_source": ("consentsource", "optinsource"),
    "consent_at": ("consentat", "consentdate", "consenttime", "optindate"),
}

FIELDS = tuple(_USUAL)
"""What a column can be mapped to, besides ``custom.`` and any name."""


def _said(field: str) -> str:
    """A field as people write it: help and examples call the number ``phone``."""
    return "phone" if field == "number" else field


_ALL_SAID = ", ".join(map(_said, _USUAL))
_FIELD_OF = {name: field for field, names in _USUAL.items() for name in names}
_NTH = re.compile(r"(?P<title>.*\S)\s*#(?P<nth>[1-9]\d{0,2})")
_NUMBER_LIKE = re.compile(r"\+?[\d\s().\-/]{7,20}")


class ColumnError(ValueError):
    """The file cannot be imported as it is; the message says what to change, on the command line.

    Args:
        problem: what is wrong.
        in_file: what to change in the file itself, where that mends it.
        choice: what a person may say instead, where the columns can be mapped by hand.
        option: how that is said on the command line.
    """

    def __init__(self, problem: str, in_file: str = "", choice: str = "", option: str = "") -> None:
        super().__init__(problem)
        self._parts = problem, in_file, choice
        self.args = (self.told(option),)

    def told(self, how: str = "") -> str:
        """The sentence for who says a choice in another way, or, without one, has only the file to change."""
        problem, in_file, choice = self._parts
        remedies = [in_file, f"{choice} {how}" if choice and how else ""]
        said = ", or ".join(filter(None, remedies))
        return f"{problem}; {said}" if said else problem


class NoNumberError(ColumnError):
    """No column is known to hold the numbers."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column, counted from 0, holds what.

    Attributes:
        number: the number to text.
        fields: the contact's own fields: ``first_name last_name name company email city state zip
            timezone consent consent_source consent_at``; ``name`` is both names in one, see `split_name`.
        custom: the file's own fields, by the names that templates use.
        notes: for people: of columns that mean the same, which one is used and what became of the other.
    """

    number: int
    fields: Mapping[str, int]
    custom: Mapping[str, int]
    notes: tuple[str, ...] = ()

    @property
    def template_fields(self) -> tuple[str, ...]:
        """Every field that a template may name for contacts of this file."""
        return (*CONTACT_FIELDS, *self.custom)


def match_columns(header: Sequence[str], explicit: Mapping[str, str] | None = None) -> ColumnMap:
    """Match the columns of a header to fields by their usual names; the rest become custom fields.

    Args:
        header: the first row of the file.
        explicit: fields by column, as the person who imports said; they stand before usual names.
            ``custom.NAME`` is a field of the file's own, ``ignore`` leaves a column out. Of several
            columns with the same title, ``TITLE#2`` is the second.

    Raises:
        ColumnError: no column holds numbers, two have the same title, there are too many columns, or
            ``explicit`` names a column or a field that is not there, or one field twice.
    """
    if len(header) > MAX_COLUMNS:
        raise ColumnError(
            f"the header has {len(header):,} columns; a contacts file has at most {MAX_COLUMNS}"
        )
    titles = _titles(header)
    taken = _explicit(titles, explicit or {})
    _refuse_same_titles(titles, taken)
    said = frozenset(taken)
    fields = _usual(titles, taken)
    if "number" not in fields:
        raise _no_number(titles)
    custom = _custom(titles, taken)
    notes = tuple(_notes(titles, fields, {at: key for key, at in custom.items() if at not in said}))
    number = fields.pop("number")
    return ColumnMap(number, MappingProxyType(fields), MappingProxyType(custom), notes)


def taken_for(header: Sequence[str], explicit: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """What each column is taken for, also where the columns do not say enough for an import yet.

    Args:
        header: the first row of the file.
        explicit: fields by column, as the person who imports said; what does not fit the file is passed over.

    Returns:
        A column's field as people write it, ``custom.NAME``, or ``ignore``; of several columns with the
        same title nothing, until it is said which is which.
    """
    titles = _titles(header)
    said: dict[int, str] = {}
    for title, target in (explicit or {}).items():
        with suppress(ColumnError):
            said[_find(titles, title)] = _target(title, target.strip())
    left = Counter(title for index, title in enumerate(titles) if index not in said and field_key(title))
    same = {index for index, title in enumerate(titles) if index not in said and left[title] > 1}
    taken = {**said, **dict.fromkeys(same, "")}
    found = {index: field for field, index in _usual(titles, taken).items()}
    found |= {index: CUSTOM + key for key, index in _custom(titles, taken).items()}
    found |= {index: field if field in _USUAL else CUSTOM + field for index, field in said.items() if field}
    return tuple("" if index in same else _said(found.get(index, IGNORE[0])) for index in range(len(titles)))


def _titles(header: Sequence[str]) -> list[str]:
    return [title.lstrip("\ufeff").strip() for title in header]


def _usual(titles: list[str], taken: dict[int, str]) -> dict[str, int]:
    """Columns by field: what was said, then the usual names of what is left, which is taken then."""
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
    return fields


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
            raise ColumnError(f"two columns are mapped to '{_said(field)}'; map one of them to ignore")
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
        meant = f"; did you mean '{_said(_FIELD_OF[near])}'?" if near else f"; known are {_ALL_SAID}."
        raise ColumnError(
            f"column '{title}' is mapped to '{target}', which is no field{meant}"
            f" For a field of your own write {CUSTOM}{key}"
        )
    return field


def _find(titles: list[str], title: str) -> int:
    wanted = title.strip()
    if wanted not in titles:
        if nth := _NTH.fullmatch(wanted):
            places = [index for index, each in enumerate(titles) if each == nth["title"]]
            if int(nth["nth"]) <= len(places):
                return places[int(nth["nth"]) - 1]
        plain = [_plain(each) for each in titles]
        if not _plain(title) or _plain(title) not in plain:
            raise ColumnError(f"there is no column '{title}'{did_you_mean(title, titles)}")
        wanted = titles[plain.index(_plain(title))]
    first, *others = [index for index, each in enumerate(titles) if each == wanted]
    if others:
        raise _same_title(titles, first, others[0])
    return first


def _refuse_same_titles(titles: list[str], taken: Collection[int]) -> None:
    """Nobody can know which of two columns with one title is meant, nor a template name the second."""
    seen: dict[str, int] = {}
    for index, title in enumerate(titles):
        if index in taken or not field_key(title):
            continue
        if title in seen:
            raise _same_title(titles, seen[title], index)
        seen[title] = index


def _same_title(titles: list[str], first: int, second: int) -> ColumnError:
    name = _name(titles, second)
    return ColumnError(
        f"columns {first + 1} and {second + 1} are both called '{titles[second]}'",
        "give one of them another title",
        "say what becomes of one of them:",
        f"--map '{name}=ignore' or --map '{name}=custom.NAME'",
    )


def _name(titles: list[str], index: int) -> str:
    """What a person calls a column: its title, and which one of that title it is where there are several."""
    title = titles[index]
    return f"{title}#{titles[: index + 1].count(title)}" if titles.count(title) > 1 else title


def _notes(titles: list[str], fields: Mapping[str, int], kept: Mapping[int, str]) -> Iterator[str]:
    """Say of every column whose usual meaning, or name, another one has what it is now."""
    for index, key in kept.items():
        field = _FIELD_OF.get(_plain(titles[index]))
        if field is not None:
            yield (
                f"column '{_name(titles, fields[field])}' is used as the {field.replace('_', ' ')};"
                f" '{_name(titles, index)}' is kept as {{{{{key}}}}}"
            )
        elif key != field_key(titles[index]):
            yield f"column '{_name(titles, index)}' is kept as {{{{{key}}}}}: its own name is taken"


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


def _no_number(titles: list[str]) -> ColumnError:
    if any(_NUMBER_LIKE.fullmatch(title) for title in titles):
        return ColumnError("the first row holds a number: add a header row above it, like phone,first_name")
    shown = ", ".join(f"'{title[:30]}'" for title in titles[:8] if title) or "nothing"
    more = ", ..." if len(titles) > 8 else ""
    return NoNumberError(
        f"no column holds phone numbers: the header is {shown}{more}",
        "name one 'phone'",
        "say which it is:",
        "--map COLUMN=phone",
    )


def split_name(name: str) -> tuple[str, str]:
    """Split a full name into first and last name: ``Ann Lee`` and ``Lee, Ann`` alike."""
    last, comma, first = name.partition(",")
    if comma and first.strip():
        return " ".join(first.split()), " ".join(last.split())
    words = name.replace(",", " ").split()
    return (words[0], " ".join(words[1:])) if words else ("", "")


def usual_field(title: str) -> str | None:
    """The field that a column of this title is taken for by itself: ``town`` is ``city``."""
    field = _FIELD_OF.get(_plain(title))
    return None if field is None else _said(field)
