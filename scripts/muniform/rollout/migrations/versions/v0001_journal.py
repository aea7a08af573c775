"""The first journal: runs, the states of their targets, chained events, leases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None


def _process_columns() -> tuple[sa.Column[str] | sa.Column[int], ...]:
    return (
        sa.Column("host", sa.String, nullable=False),
        sa.Column("machine", sa.String, nullable=False),
        sa.Column("boot_id", sa.String, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("pid_start", sa.Integer, nullable=False),
    )


def upgrade() -> None:
    """Make all tables, and the head of an empty chain."""
    _make_runs()
    _make_chain()
    _make_leases()


def _make_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("commit_id", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("operator", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("started_at", sa.String, nullable=False),
        sa.Column("ended_at", sa.String),
        *_process_columns(),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_table(
        "target_states",
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("target", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("pre_hash", sa.String),
        sa.Column("post_hash", sa.String),
        sa.Column("updated_at", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "target", name="pk_target_states"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_target_states_run_id"),
    )


def _make_chain() -> None:
    op.create_table(
        "events",
        sa.Column("seq", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("target", sa.String),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("prev_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_events"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_events_run_id"),
    )
    op.create_index("ix_events_run_id_target", "events", ["run_id", "target"])
    head = op.create_table(
        "chain_head",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("length", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chain_head"),
    )
    op.bulk_insert(head, [{"id": 1, "length": 0, "hash": "0" * 64}])


def _make_leases() -> None:
    op.create_table(
        "leases",
        sa.Column("target", sa.String, nullable=False),
        sa.Column("token", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("acquired_at", sa.String, nullable=False),
        sa.Column("expires_at", sa.String, nullable=False),
        *_process_columns(),
        sa.PrimaryKeyConstraint("target", name="pk_leases"),
    )
