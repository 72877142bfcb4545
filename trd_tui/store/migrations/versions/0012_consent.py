"""Consent is kept with the contact: how, where and when it was given, or taken back."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    text,
)

revision = "0012"
down_revision = "0011"

_INT = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "consents",
        Column("id", _INT, autoincrement=True, nullable=False),
        Column("workspace_id", _INT, nullable=False, server_default=text("1")),
        Column("contact_id", _INT, nullable=False),
        Column("kind", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("given_at", _INT, nullable=True),
        Column("proof", Text, nullable=False, server_default=""),
        Column("actor", Text, nullable=False),
        Column("login", Text, nullable=False),
        Column("recorded_at", _INT, nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        CheckConstraint(
            "kind IN ('written','web_form','verbal','existing_customer','opt_in','unknown','revoked')",
            name=op.f("ck_consents_kind"),
        ),
        ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_consents_contact_id")),
        sqlite_strict=True,
    )
    op.create_index("idx_consents_contact_id", "consents", ["contact_id"])
