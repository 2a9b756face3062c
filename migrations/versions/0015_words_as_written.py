"""Let the words beside a transfer be erased, and never be made others.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

SQLITE = {
    "transfer_note_no_update": "CREATE TRIGGER transfer_note_no_update BEFORE UPDATE ON transfer_note "
    "BEGIN SELECT RAISE(ABORT, 'words stay as written'); END",
    "transfer_note_no_replace": "CREATE TRIGGER transfer_note_no_replace BEFORE INSERT ON transfer_note "
    "WHEN EXISTS (SELECT 1 FROM transfer_note "
    "WHERE community_id = NEW.community_id AND transfer_id = NEW.transfer_id) "
    "BEGIN SELECT RAISE(ABORT, 'words stay as written'); END",
}
POSTGRESQL = {
    "transfer_note_no_update": "CREATE TRIGGER transfer_note_no_update BEFORE UPDATE ON transfer_note "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
}


def upgrade() -> None:
    """Make the triggers."""
    for statement in (SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL).values():
        op.execute(statement)


def downgrade() -> None:
    """Take them away."""
    if op.get_bind().dialect.name == "sqlite":
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
        return
    for name in POSTGRESQL:
        op.execute(f"DROP TRIGGER {name} ON transfer_note")
