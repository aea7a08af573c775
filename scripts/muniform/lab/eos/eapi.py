"""eAPI: a JSON-RPC request to run commands, and its answer. No network here."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from muniform.lab.eos.cli import GARBAGE, UNCONVERTED, Session, answered
from muniform.lab.eos.faults import CliError, Code
from muniform.lab.eos.replies import Output
from muniform.lab.simulated.device import Connection
from muniform.lab.simulated.striking import NOISE

PARSE_ERROR, INVALID_REQUEST, NO_METHOD, INVALID_PARAMS = -32700, -32600, -32601, -32602
_REASONS = {
    Code.FAILED: "could not run command",
    Code.INVALID: "invalid command",
    Code.UNCONVERTED: "unconverted command",
    Code.UNAUTHORIZED: "permission to run command denied",
}
_FORMATS = ("json", "text")
_VERSIONS = (1, "1", "latest")

OpenSession = Callable[[bool], Session]
"""Opens a session for one request; the flag says whether commands may be abbreviated."""


@dataclass(frozen=True)
class _Command:
    line: str
    given: str | None


class _Refused(Exception):
    """A request that is none."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class _Failed(Exception):
    """A command that was refused, with the answers up to and including it."""

    def __init__(self, code: int, message: str, data: list[dict[str, Any]]) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


def answer(body: bytes, open_session: OpenSession, link: Connection) -> str | None:
    """The answer to a request's body; None if the connection is gone or hangs by now."""
    identity: Any = None
    try:
        request = _parsed(body)
        identity = request.get("id")
        commands, is_text, shortens = _parameters(request)
        results = _run(commands, is_text, open_session(shortens), link)
    except _Refused as refusal:
        return _error(identity, {"code": refusal.code, "message": refusal.message})
    except _Failed as failure:
        error = {"code": failure.code, "message": failure.message, "data": failure.data}
        return None if link.is_dropped or link.is_frozen else _error(identity, error)
    if link.is_dropped or link.is_frozen:
        return None
    if results is None:
        return NOISE
    return json.dumps({"jsonrpc": "2.0", "id": identity, "result": results})


def _error(identity: Any, error: dict[str, Any]) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": identity, "error": error})


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        request = json.loads(body)
    except ValueError:
        raise _Refused(PARSE_ERROR, "Parse error: the request is no JSON") from None
    if not isinstance(request, dict) or "method" not in request:
        raise _Refused(INVALID_REQUEST, "Invalid request: no method")
    if request["method"] != "runCmds":
        raise _Refused(NO_METHOD, f"Method not found: {request['method']}")
    return request


def _parameters(request: dict[str, Any]) -> tuple[list[_Command], bool, bool]:
    params = request.get("params")
    if not isinstance(params, dict) or not isinstance(params.get("cmds"), list):
        raise _Refused(INVALID_PARAMS, "Invalid params: cmds must be a list")
    version, form = params.get("version", 1), params.get("format") or "json"
    if version not in _VERSIONS or form not in _FORMATS:
        raise _Refused(INVALID_PARAMS, f"Invalid params: version {version}, format {form}")
    commands = [_command(each) for each in params["cmds"]]
    return commands, form == "text", bool(params.get("autoComplete", False))


def _command(described: Any) -> _Command:
    if isinstance(described, str):
        return _Command(described, None)
    if isinstance(described, dict) and isinstance(described.get("cmd"), str):
        given = described.get("input")
        return _Command(described["cmd"], None if given is None else str(given))
    raise _Refused(INVALID_PARAMS, "Invalid params: a command is a string or has a cmd")


def _run(
    commands: list[_Command], is_text: bool, session: Session, link: Connection
) -> list[dict[str, Any]] | None:
    """The results; None if one of them is noise. Raises _Failed."""
    results: list[dict[str, Any]] = []
    is_noise = False
    try:
        for number, command in enumerate(commands, start=1):
            try:
                output = _carried_out(session, command)
                is_noise = is_noise or output is GARBAGE
                results.append(_result(output, is_text or is_noise))
            except CliError as fault:
                reason = _REASONS[fault.code]
                place = f"{number} of {len(commands)}"
                message = f"CLI command {place} '{command.line}' failed: {reason}"
                errors = {"errors": [*fault.shown, fault.message]}
                raise _Failed(fault.code, message, [*results, errors]) from fault
            if link.is_dropped or link.is_frozen:
                return results
    finally:
        session.end()
    return None if is_noise else results


def _carried_out(session: Session, command: _Command) -> Output:
    output = answered(session.run(command.line, command.given), command.given)
    if session.is_gathering:
        session.end()
        raise CliError("Command needs its text as input")
    return output


def _result(output: Output, is_text: bool) -> dict[str, Any]:
    if is_text:
        return {"output": output.text}
    if output.model is None:
        raise CliError(UNCONVERTED, Code.UNCONVERTED)
    return output.model
