"""What every table is made of."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, Table, Text, text

metadata = MetaData(
    naming_convention={
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

INT = BigInteger().with_variant(Integer, "sqlite")


def table(name: str, *parts: Any) -> Table:
    """A table; STRICT on SQLite."""
    return Table(name, metadata, *parts, sqlite_strict=True)


def id_() -> Column[int]:
    """The key that the database counts up."""
    return Column("id", INT, primary_key=True, autoincrement=True)


def int_(name: str, default: int | None = 0) -> Column[int]:
    """A whole number, an instant, an amount or a boolean; without a default it must be given."""
    return Column(name, INT, nullable=False, server_default=None if default is None else text(str(default)))


def maybe_int(name: str) -> Column[int | None]:
    """The same where it may be missing."""
    return Column(name, INT, nullable=True)


def text_(name: str, default: str | None = None) -> Column[str]:
    """A text; without a default it must be given."""
    return Column(name, Text, nullable=False, server_default=default)


def maybe_text(name: str) -> Column[str | None]:
    """A text that may be missing."""
    return Column(name, Text, nullable=True)


def campaign_id() -> Column[str]:
    """The campaign that a row belongs to."""
    return Column("campaign_id", Text, ForeignKey("campaigns.id"), nullable=False)


def contact_id() -> Column[int]:
    """The contact that a row belongs to."""
    return Column("contact_id", INT, ForeignKey("contacts.id"), nullable=False)


def where(condition: str) -> dict[str, Any]:
    """Of a partial index: which rows stand in it, on both kinds of database."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
