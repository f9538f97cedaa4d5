"""What commands change is in the audit, as changes by the API are."""

import asyncio
import json

import click
import pytest
from sqlalchemy import select
from sqlmodel import col

from oblivious.app.cli import main
from oblivious.app.settings import load_settings
from oblivious.identity.audit import COMMAND_LINE, AuditRow
from oblivious.infra.database.engine import create_engine
from oblivious.infra.database.sessions import reading, sessions
from tests.installation import Installation
from tests.integration.app.audit_cases import CASES, CHANNEL, EU, OTHER, PASSWORD, SECRET, Case
from tests.integration.app.command_lines import run

READING = {
    *("account show", "channel health", "channel key list", "channel list", "explain", "group list"),
    *("key list", "model list", "pool list", "price list", "provider list", "usage list", "user list"),
}
"""Commands that change nothing."""

OTHERWISE = {
    *("apply", "demo-upstream", "doctor", "export", "migrate", "plan"),
    *("serve", "ship", "worker", "worker dlq", "worker dlq list", "worker dlq replay"),
}
"""Commands that are no operator's change of one thing; a file that is applied has rows of its own."""


def audited(installation: Installation) -> list[AuditRow]:
    """Return the audit, the oldest first."""
    return asyncio.run(_audited(installation.env["OBLIVIOUS_DATA_DIR"]))


async def _audited(data_dir: str) -> list[AuditRow]:
    engine = create_engine(load_settings(data_dir=data_dir, secret_key="x").database)
    try:
        async with reading(sessions(engine)) as session:
            return list(await session.scalars(select(AuditRow).order_by(col(AuditRow.id))))
    finally:
        await engine.dispose()


def commands_of(group: click.Group, *path: str) -> set[str]:
    """Return every command that can be typed."""
    found: set[str] = set()
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            found |= commands_of(command, *path, name)
        if not isinstance(command, click.Group) or command.invoke_without_command:
            found.add(" ".join((*path, name)))
    return found


def test_every_command_that_changes_something_is_here() -> None:
    """A new one is put into one of the lists by whoever adds it."""
    here = {
        command
        for command in commands_of(main)
        for case in CASES
        if " ".join(case.command).startswith(command)
    }

    assert commands_of(main) - READING - OTHERWISE == here


@pytest.mark.parametrize("case", CASES, ids=[" ".join((*case.row[:2], case.command[0])) for case in CASES])
def test_a_change_leaves_one_row(installation: Installation, case: Case) -> None:
    """With what was before and after, as the API shows it, and no secret anywhere."""
    for command in case.given:
        installation.do(*command)
    installation.do(*case.command)
    *earlier, row = audited(installation)

    assert len(earlier) == len(case.given)
    assert (row.action, row.kind, row.name) == case.row
    assert (row.user_id, row.key_id) == (COMMAND_LINE.user_id, COMMAND_LINE.key_id)
    for told, expected in ((row.before, case.before), (row.after, case.after)):
        assert (told is None) == (expected is None)
        assert set(told or {}) == (set(case.shape or expected or {}) if told is not None else set())
        assert (told or {}) | dict(expected or {}) == (told or {})
    everything = json.dumps([[one.before, one.after] for one in (*earlier, row)])
    assert not [secret for secret in (SECRET, OTHER, PASSWORD) if secret in everything]


def test_keys_that_come_with_an_edit_have_rows_of_their_own(installation: Installation) -> None:
    """Beside the edit, if there is any."""
    installation.do(*CHANNEL)
    installation.do("channel", "edit", EU, "--add-key", OTHER)
    installation.do("channel", "edit", EU, "--add-key", OTHER, "--weight", "2")

    _, *rows = audited(installation)
    assert [(row.action, row.kind, row.name) for row in rows] == [
        ("create", "channel key", "eu/2"),
        ("edit", "channel", EU),
        ("create", "channel key", "eu/3"),
    ]


def test_what_is_refused_leaves_nothing(installation: Installation) -> None:
    """The change and its row go together."""
    for command in (("pool", "remove", "nothing"), ("key", "disable", "9"), ("group", "edit", "nobody")):
        assert run(installation, *command).exit_code == 1

    assert audited(installation) == []


def test_channels_of_a_tag_leave_a_row_each(installation: Installation) -> None:
    """Called as the API calls a change of many."""
    installation.do(*CHANNEL)
    installation.do(
        "channel", "add", "--name", "us", "--provider", "ollama", "--models", "m", "--tag", "paid"
    )
    installation.do("channel", "drain", "--tag", "paid")

    _, _, *rows = audited(installation)
    assert [(row.action, row.name, row.after and row.after["state"]) for row in rows] == [
        ("edit", EU, "draining"),
        ("edit", "us", "draining"),
    ]

    installation.do("channel", "remove", "--tag", "paid")
    *_, one, other = audited(installation)
    assert [(row.action, row.name, row.after) for row in (one, other)] == [
        ("delete", EU, None),
        ("delete", "us", None),
    ]
