"""What stands behind a path: a configuration, or a file on the flash."""

from __future__ import annotations

from muniform.lab.eos.device import EosSwitch
from muniform.lab.eos.faults import CliError

COPIED = "Copy completed successfully."
_CONFIGURATIONS = ("running-config", "startup-config")


def text_of(switch: EosSwitch, path: str) -> str:
    """A configuration or a file. Raises CliError if there is none."""
    name = configuration_of(path)
    if name == "running-config":
        return switch.running
    if name == "startup-config":
        return switch.startup
    found = switch.flash.read(path)
    if found is None:
        raise CliError(f"Error opening {path} (No such file or directory)")
    return found.text


def configuration_of(path: str) -> str | None:
    """``start`` and ``system:running-config`` as the configuration they mean."""
    word = path.removeprefix("system:").removeprefix("/").lower()
    if path.lower() == "flash:startup-config":
        return "startup-config"
    found = [name for name in _CONFIGURATIONS if len(word) > 2 and name.startswith(word)]
    return found[0] if found else None
