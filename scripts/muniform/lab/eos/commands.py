"""The commands that act: what each does to the switch and to the session that typed it."""

from __future__ import annotations

from collections.abc import Mapping

from muniform.lab.eos import accounts, file_commands, session_commands
from muniform.lab.eos.context import Command, Context, named
from muniform.lab.eos.faults import CliError
from muniform.lab.eos.replies import Output, Reply, said
from muniform.lab.eos.show_system import image
from muniform.lab.simulated.asking import Ask, confirmed
from muniform.lab.simulated.language.grammar import Match

_BOOT_CONFIG = "/mnt/flash/boot-config"


def enable(context: Context, _: Match) -> Reply:
    config = context.switch.config

    def asked(password: str) -> Output:
        if not accounts.enables(config, password):
            raise CliError("Bad secret")
        context.privilege = accounts.PRIVILEGED
        return Output()

    if context.privilege == accounts.PRIVILEGED or not accounts.needs_password(config):
        context.privilege = accounts.PRIVILEGED
        return Output()
    return Ask("Password: ", asked, is_hidden=True)


def disable(context: Context, _: Match) -> Output:
    context.privilege = accounts.UNPRIVILEGED
    return Output()


def leave(context: Context, _: Match) -> Output:
    context.leave()
    return Output()


def nothing(_context: Context, _match: Match) -> Output:
    return Output()


def terminal_length(context: Context, match: Match) -> Output:
    context.page_length = int(match.arguments[0])
    if context.page_length == 0:
        return said("Pagination disabled.")
    return said(f"Pagination set to {context.page_length} lines.")


def terminal_width(_: Context, match: Match) -> Output:
    return said(f"Width set to {match.arguments[0]} columns.")


def cat(context: Context, match: Match) -> Output:
    """The one use of the Linux shell that clients make: which image it boots."""
    if match.arguments[-1] != _BOOT_CONFIG:
        raise CliError(f"cat: {match.arguments[-1]}: Permission denied")
    return said(f"SWI={image(context)}")


def reload(context: Context, match: Match) -> Reply:
    def asked(answer: str) -> Output:
        if confirmed(answer):
            context.switch.reload()
        return Output()

    if match.words[-1] == "now":
        return asked("y")
    return Ask("Proceed with reload? [confirm]", asked, takes_key=True)


COMMANDS: Mapping[str, Command] = {
    **named(enable, disable, leave, nothing, terminal_length, terminal_width, cat, reload),
    **session_commands.COMMANDS,
    **file_commands.COMMANDS,
}
