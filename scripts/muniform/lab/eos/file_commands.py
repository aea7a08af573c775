"""The commands on files and on the saved configuration."""

from __future__ import annotations

from collections.abc import Mapping

from muniform.lab.eos.context import Command, Context, named
from muniform.lab.eos.faults import CliError
from muniform.lab.eos.files import COPIED, configuration_of, text_of
from muniform.lab.eos.replies import Output, Reply, said
from muniform.lab.simulated.asking import Ask, confirmed
from muniform.lab.simulated.language.grammar import Match


def copy(context: Context, match: Match) -> Output:
    switch = context.switch
    source, target = match.arguments
    text = text_of(switch, source)
    name = configuration_of(target)
    if name == "running-config":
        return said(*switch.merge(text), COPIED)
    if name == "startup-config":
        if configuration_of(source) == "running-config":
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
    return Output(text_of(context.switch, match.arguments[0]).rstrip("\n").split("\n"), None)


COMMANDS: Mapping[str, Command] = named(
    copy,
    write,
    erase,
    delete,
    directory,
    directories,
    more,
)
