"""Fields: what a template may name and a contacts file may hold, and where their values come from."""

from __future__ import annotations

import re
from collections.abc import Mapping

CONTACT_FIELDS = ("first_name", "last_name", "name", "company", "email", "city", "state", "zip", "phone")
"""Fields that every contact has; ``name`` is first and last name together."""

CUSTOM = "custom."
"""Stands in ``--map`` before the name of a field of one's own, so that a slip in ours makes no new one."""


def field_key(text: str) -> str:
    """Return the name under which a field is known: ``Property Address`` is ``property_address``."""
    return re.sub(r"\W+", "_", text.strip().lower()).strip("_")


def field_values(
    *,
    first_name: str = "",
    last_name: str = "",
    company: str = "",
    email: str = "",
    city: str = "",
    state: str = "",
    zip_code: str = "",
    number: str = "",
    custom: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Gather what a template may name: the contact's own fields, the custom ones, the campaign's variables.

    The nearer to the contact wins: a custom field that is not empty stands before a campaign's variable
    of that name, and a contact's own field before both.
    """
    values = dict(variables) if variables else {}
    if custom:
        values.update({key: value for key, value in custom.items() if value or key not in values})
    values["first_name"] = first_name
    values["last_name"] = last_name
    values["name"] = f"{first_name} {last_name}".strip()
    values["company"] = company
    values["email"] = email
    values["city"] = city
    values["state"] = state
    values["zip"] = zip_code
    values["phone"] = number
    return values
