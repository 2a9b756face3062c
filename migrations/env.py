"""How Alembic reaches the database: a connection handed over by the program, or the owner's address in the settings."""

from __future__ import annotations

from alembic import context
from sqlalchemy.engine import Connection

from config import read_settings
from timebank.core.database import Base
from timebank.core.schema import owner_engine


def configure_and_run(connection: Connection) -> None:
    """Run the migrations on a connection."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_as_batch=False,
        transactional_ddl=True,
        user_module_prefix="columns.",
    )
    context.run_migrations()


handed_over = context.config.attributes.get("connection")
if handed_over is not None:
    configure_and_run(handed_over)
else:
    engine = owner_engine(read_settings().database_owner)
    with engine.connect().execution_options(unit="write") as own, own.begin():
        configure_and_run(own)
