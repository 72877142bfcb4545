"""The HTTP API: tokens, kept as hashes, and the answers of creates that may be asked for twice."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Text, UniqueConstraint, text

revision = "0013"
down_revision = "0012"

_INT = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "tokens",
        Column("id", _INT, primary_key=True, autoincrement=True),
        Column("workspace_id", _INT, nullable=False, server_default=text("1")),
        Column("name", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("hash", Text, nullable=False),
        Column("created_by", Text, nullable=False),
        Column("created_at", _INT, nullable=False),
        Column("expires_at", _INT, nullable=True),
        Column("last_used_at", _INT, nullable=True),
        Column("revoked_at", _INT, nullable=True),
        UniqueConstraint("workspace_id", "name", name="uq_tokens_workspace_id_name"),
        UniqueConstraint("key", name="uq_tokens_key"),
        sqlite_strict=True,
    )
    op.create_table(
        "idempotent_answers",
        Column("id", _INT, primary_key=True, autoincrement=True),
        Column("token_id", _INT, ForeignKey("tokens.id"), nullable=False),
        Column("key", Text, nullable=False),
        Column("request_hash", Text, nullable=False),
        Column("status", _INT, nullable=True),
        Column("body", Text, nullable=True),
        Column("created_at", _INT, nullable=False),
        UniqueConstraint("token_id", "key", name="uq_idempotent_answers_token_id_key"),
        sqlite_strict=True,
    )
    op.create_index("idx_idempotent_answers_created_at", "idempotent_answers", ["created_at"])
