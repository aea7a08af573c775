"""The commands that act: what each does to the switch and to the session that typed it."""

from __future__ import annotations

from collections.abc import Mapping

from muniform.lab.eos import accounts
from muniform.lab.eos.arguments import seconds
from muniform.lab.eos.context import Command, Context, named
from muniform.lab.eos.device import EosSwitch
from muniform.lab.eos.faults import CliError, Code
from muniform.lab.eos.replies import Output, Reply, said
from muniform.lab.eos.sessions import STRANGER, Candidate
from muniform.lab.eos.show_system import image
from muniform.lab.simulated.asking import Ask, confirmed
from muniform.lab.simulated.faults import Condition
from muniform.lab.simulated.language.grammar import Match

COPIED = "Copy completed successfully."
_CONFIGURATIONS = ("running-config", "startup-config")
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


# Configuration sessions


def configure(context: Context, _: Match) -> Output:
    context.configure(None)
    return Output()


def session(context: Context, match: Match) -> Output:
    name = match.arguments[0] if match.arguments else None
    context.configure(context.switch.sessions.enter(name, context.user))
    return Output()


def session_commit(context: Context, match: Match) -> Output:
    _commit(context, _named(context, match), None)
    return Output()


def session_timer(context: Context, match: Match) -> Output:
    _commit(context, _named(context, match), seconds(match.arguments[1]))
    return Output()


def session_abort(context: Context, match: Match) -> Output:
    context.switch.sessions.abort(_named(context, match))
    return Output()


def session_delete(context: Context, match: Match) -> Output:
    if match.arguments[0] == STRANGER and context.switch.faults.has(Condition.LOCKED):
        context.switch.faults.set(Condition.LOCKED, False)
        return Output()
    return session_abort(context, match)


def _named(context: Context, match: Match) -> Candidate:
    return context.switch.sessions.named(match.arguments[0])


def _commit(context: Context, candidate: Candidate, timer: int | None) -> None:
    context.switch.sessions.commit(candidate, context.user, timer)


def _own(context: Context) -> Candidate:
    if context.candidate is None:
        raise CliError("Not currently in a configuration session", Code.INVALID)
    return context.candidate


def commit(context: Context, _: Match) -> Output:
    candidate = _own(context)
    context.end()
    _commit(context, candidate, None)
    return Output()


def commit_timer(context: Context, match: Match) -> Output:
    candidate = _own(context)
    context.end()
    _commit(context, candidate, seconds(match.arguments[0]))
    return Output()


def abort(context: Context, _: Match) -> Output:
    candidate = _own(context)
    context.end()
    context.switch.sessions.abort(candidate)
    return Output()


def rollback(context: Context, _: Match) -> Output:
    candidate = _own(context)
    context.switch.sessions.roll_back(candidate)
    context.configure(candidate)
    return Output()


def load(context: Context, match: Match) -> Output:
    """``copy flash:file session-config``: the file's lines, on top of what is there."""
    candidate = _own(context)
    text = _text(context.switch, match.arguments[0])
    rejected = context.switch.sessions.load(candidate, text)
    return said(*(line for each in rejected for line in str(each).split("\n")), COPIED)


def replace(context: Context, match: Match) -> Output:
    """``configure replace``: the file, or the empty configuration, becomes what runs."""
    switch, path = context.switch, match.arguments[0]
    text = "" if path == "clean-config" else _text(switch, path)
    report = switch.replace(text, context.user, len(match.words) > 3)
    return said(*report)


# Files


def _text(switch: EosSwitch, path: str) -> str:
    """A configuration or a file. Raises CliError if there is none."""
    name = _configuration(path)
    if name == "running-config":
        return switch.running
    if name == "startup-config":
        return switch.startup
    found = switch.flash.read(path)
    if found is None:
        raise CliError(f"Error opening {path} (No such file or directory)")
    return found.text


def _configuration(path: str) -> str | None:
    """``start`` and ``system:running-config`` as the configuration they mean."""
    word = path.removeprefix("system:").removeprefix("/").lower()
    if path.lower() == "flash:startup-config":
        return "startup-config"
    found = [name for name in _CONFIGURATIONS if len(word) > 2 and name.startswith(word)]
    return found[0] if found else None


def copy(context: Context, match: Match) -> Output:
    switch = context.switch
    source, target = match.arguments
    text = _text(switch, source)
    name = _configuration(target)
    if name == "running-config":
        return said(*switch.merge(text), COPIED)
    if name == "startup-config":
        if _configuration(source) == "running-config":
            switch.save(context.user)
        else:
            switch.keep_startup(text, context.user)
        return said(COPIED)
    switch.write_file(target, text)
    return said(COPIED)


def write(context: Context, _: Match) -> Output:
    context.switch.save(context.user)
    return said(COPIED)


def erase(context: Context, match: Match) -> Reply:
    def asked(answer: str) -> Output:
        if confirmed(answer):
            context.switch.keep_startup("", context.user)
        return Output()

    if match.words[-1] == "now":
        return asked("y")
    return Ask("Proceed with erasing startup configuration? [confirm]", asked, takes_key=True)


def delete(context: Context, match: Match) -> Output:
    if not context.switch.flash.delete(match.arguments[0]):
        raise CliError(f"Error deleting {match.arguments[0]} (No such file or directory)")
    return Output()


def directory(context: Context, match: Match) -> Output:
    path = match.arguments[0] if match.arguments else "flash:"
    if path not in ("flash:", "flash:/"):
        name = context.switch.flash.name_of(path)
        if name is None or name not in context.switch.flash.names:
            raise CliError(f"Error listing directory {path} (No such file or directory)")
        return said(*_listing(context, [name]))
    return said(*_listing(context, list(context.switch.flash.names)))


def directories(context: Context, match: Match) -> Output:
    listed = directory(context, match).lines
    return said(*listed, "", "Directory of system:/", "", "No files in directory")


def _listing(context: Context, names: list[str]) -> list[str]:
    flash = context.switch.flash
    lines = ["Directory of flash:/", ""]
    for name in names:
        file = flash.read(name)
        if file is not None:
            when = file.modified.strftime("%b %d %H:%M")
            lines.append(f"       -rw-  {len(file.content):>10}           {when}  {name}")
    if not names:
        lines.append("No files in directory")
    return [*lines, "", f"{flash.capacity} bytes total ({flash.free} bytes free)"]


def more(context: Context, match: Match) -> Output:
    return Output(_text(context.switch, match.arguments[0]).rstrip("\n").split("\n"), None)


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


COMMANDS: Mapping[str, Command] = named(
    enable,
    disable,
    leave,
    nothing,
    terminal_length,
    terminal_width,
    configure,
    session,
    session_commit,
    session_timer,
    session_abort,
    session_delete,
    commit,
    commit_timer,
    abort,
    rollback,
    load,
    replace,
    copy,
    write,
    erase,
    delete,
    directory,
    directories,
    more,
    cat,
    reload,
)
