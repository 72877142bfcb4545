"""The audit is listed as a whole, by person and by act; its lists begin at the newest."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Three indexes: an audit row is written for an act of a person, never for a text."""
    op.create_index("idx_audit_at", "audit", ["at", "id"])
    op.create_index("idx_audit_actor", "audit", ["actor", "at", "id"])
    op.create_index("idx_audit_act", "audit", ["act", "at", "id"])
