"""The exec commands: what each does to the switch and to the session that typed it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from muniform.lab.ios import accounts, files, listing, locking, reload_commands, replacing
from muniform.lab.ios.device import IosSwitch
from muniform.lab.ios.replies import Lines, Reply
from muniform.lab.ios.sessions import Command, Session
from muniform.lab.simulated.asking import Ask, confirmed
from muniform.lab.simulated.language.grammar import Match

NOTHING_PENDING = "%No Rollback Confirmed Change pending"
NO_COPY = "%Error: the current running config could not be backed up (No space left on device)"
NO_ARCHIVE = "%Please turn config archive on before using this feature"


def _number(match: Match) -> int:
    return int(match.arguments[-1])


def enable(session: Session, _: Match) -> Reply:
    def asked(password: str) -> Reply:
        if accounts.enables(session.switch.config, password):
            session.privilege = 15
            return []
        return ["% Access denied", ""]

    if session.privilege == 15:
        return []
    if accounts.enables(session.switch.config, "") is None:
        return ["% Error in authentication.", ""]
    return Ask("Password: ", asked, is_hidden=True)


def disable(session: Session, _: Match) -> Reply:
    session.privilege = 1
    return []


def leave(session: Session, _: Match) -> Reply:
    session.leave()
    return []


def nothing(_session: Session, _match: Match) -> Reply:
    return []


def terminal_length(session: Session, match: Match) -> Reply:
    session.page_length = _number(match)
    return []


def show_privilege(session: Session, _: Match) -> Reply:
    return [f"Current privilege level is {session.privilege}"]


def show_users(session: Session, _: Match) -> Reply:
    controller = session.switch.spec.wiring.controller
    return [
        "    Line       User       Host(s)              Idle       Location",
        f"*  1 vty 0     {session.user:<10} idle                 00:00:00   {controller}",
    ]


def show_differences(session: Session, match: Match) -> Reply:
    return files.differences(session.switch, match.arguments)


def show_incremental(session: Session, match: Match) -> Reply:
    ignore_case = match.words[-1] == "ignorecase"
    return files.incremental(session.switch, match.arguments[0], ignore_case)


def directory(session: Session, match: Match) -> Reply:
    path = match.arguments[0] if match.arguments else "flash:"
    return listing.listing(session.switch.flash, path)


def more(session: Session, match: Match) -> Reply:
    return files.more(session.switch, match.arguments[0])


def verify(session: Session, match: Match) -> Reply:
    return listing.md5(session.switch.flash, match.arguments[0])


def delete(session: Session, match: Match) -> Reply:
    return files.delete(session.switch, match.arguments[0], "/force" in match.words)


def copy(session: Session, match: Match) -> Reply:
    return files.copy(session.switch, match.words[1], match.words[2], session.user)


def write_memory(session: Session, _: Match) -> Reply:
    session.switch.save()
    return ["Building configuration...", "[OK]"]


def _may_revert(switch: IosSwitch) -> str | None:
    """Why no revert timer can be started now, or None."""
    if locked := locking.refusal(switch):
        return locked
    if switch.archive.path(switch.config) is None:
        return NO_ARCHIVE
    if switch.pending is not None:
        return "%A Rollback Confirmed Change is already pending, confirm or revert it first"
    return None


def configure_terminal(session: Session, match: Match) -> Reply:
    lines: Lines | None = []
    refusal = locking.refusal(session.switch)
    if match.arguments:
        refusal = _may_revert(session.switch)
        lines = None if refusal else session.switch.start_revert(_number(match), session.user)
    if refusal or lines is None:
        return [refusal or NO_COPY]
    session.configure()
    return [*lines, "Enter configuration commands, one per line.  End with CNTL/Z."]


def configure_replace(session: Session, match: Match) -> Reply:
    switch, path = session.switch, match.arguments[0]
    refusal = _may_revert(switch) if "timer" in match.words else locking.refusal(switch)
    if refusal is None and switch.archive.path(switch.config) is None and "revert" in match.words:
        refusal = NO_ARCHIVE
    if refusal:
        return [refusal]
    text = files.read(switch, path)
    if text is None:
        return listing.no_such(path)
    if not replacing.is_configuration(text):
        return replacing.NO_CONFIGURATION.lines
    if "force" in match.words:
        return _ask_for_users(session, match, text)
    warning = [
        "This will apply all necessary additions and deletions",
        "to replace the current running configuration with the",
        "contents of the specified configuration file, which is",
        "assumed to be a complete configuration, not a partial",
    ]
    question = "configuration. Enter Y if you are sure you want to proceed. ? [no]: "

    def asked(answer: str) -> Reply:
        sure = answer.strip().lower() in ("y", "yes")
        return _ask_for_users(session, match, text) if sure else []

    return Ask(question, asked, warning)


def user_question(then: Callable[[], Reply]) -> Ask[Reply]:
    """IOS asks once for each account that goes away."""
    before = ["This operation will remove all username related configurations with same name."]
    question = "Do you want to continue? [confirm]"
    return Ask(
        " ".join([before[0], question]),
        lambda answer: then() if confirmed(answer) else [],
        takes_key=True,
    )


def _ask_for_users(session: Session, match: Match, text: str) -> Reply:
    kept = {line.split()[1] for line in text.split("\n") if line.startswith("username ")}
    accounts_now = session.switch.config.starting("username")
    gone = sum(node.words[1] not in kept for node in accounts_now)

    def ask(left: int) -> Reply:
        if left == 0:
            return _replace(session, match, text)
        return user_question(lambda: ask(left - 1))

    return ask(gone)


def _replace(session: Session, match: Match, text: str) -> Reply:
    switch = session.switch
    is_timed = "timer" in match.words
    lines = switch.start_revert(_number(match), session.user) if is_timed else []
    if lines is None:
        return [NO_COPY]
    outcome = switch.replace(text, session.user, "trigger" in match.words)
    if is_timed and not outcome.is_applied:
        switch.confirm()
    return lines + outcome.lines


def configure_confirm(session: Session, _: Match) -> Reply:
    return [] if session.switch.confirm() else [NOTHING_PENDING]


def configure_revert(session: Session, _: Match) -> Reply:
    if not session.switch.revert_now():
        return [NOTHING_PENDING]
    return ["Total number of passes: 1", "Rollback Done", ""]


def configure_revert_timer(session: Session, match: Match) -> Reply:
    if not session.switch.restart_revert(_number(match)):
        return [NOTHING_PENDING]
    return []


def tclsh(session: Session, _: Match) -> Reply:
    session.tcl()
    return []


_OWN: tuple[Command, ...] = (
    enable,
    disable,
    leave,
    nothing,
    terminal_length,
    show_privilege,
    show_users,
    show_differences,
    show_incremental,
    directory,
    more,
    verify,
    delete,
    copy,
    write_memory,
    configure_terminal,
    configure_replace,
    configure_confirm,
    configure_revert,
    configure_revert_timer,
    tclsh,
)
COMMANDS: Mapping[str, Command] = {
    **{command.__name__: command for command in _OWN},
    **reload_commands.COMMANDS,
}
