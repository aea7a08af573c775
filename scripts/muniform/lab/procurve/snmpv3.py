"""What ``snmpv3 enable`` asks where SNMPv3 was off: the switch makes users before it goes on.

As the management guide of ArubaOS-Switch tells it. A file asks nothing and makes nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import md5, sha1

from muniform.lab.procurve.matching import Refused
from muniform.lab.procurve.replies import Reply, confirmed
from muniform.lab.simulated.asking import Ask

Finish = Callable[[list[str]], Reply]
"""Carries out the lines that the answers led to."""
INITIAL = "initial"
_SHORTEST, _LONGEST = 8, 32
_START = ["SNMPv3 Initialization process.", f"Creating user '{INITIAL}'"]
_ANOTHER = "Would you like to create a user that uses SHA? [y/n] "
_RESTRICT = (
    "User creation is done.  SNMPv3 is now functional.\n"
    "Would you like to restrict SNMPv1 and SNMPv2c messages to have read only\n"
    "access (you can set this later by the command 'snmpv3 restricted-access')? [y/n] "
)


def initialise(finish: Finish) -> Ask[Reply]:
    """The first question; the last answer finishes. A password that is none ends it all."""

    def created(user: str) -> Reply:
        def answered(answer: str) -> Reply:
            if confirmed(answer):
                return Ask("Enter user name: ", lambda name: _named(name, [user], finish))
            return _restrict([user], finish)

        return Ask(_ANOTHER, answered, [f"User '{INITIAL}' is created"], takes_key=True)

    return _user(INITIAL, "md5", _START, created)


def _named(name: str, users: list[str], finish: Finish) -> Reply:
    return _user(name.strip(), "sha", [], lambda user: _restrict([*users, user], finish))


def _user(name: str, form: str, before: list[str], then: Callable[[str], Reply]) -> Ask[Reply]:
    """Ask for the two passwords of a user; ``then`` gets the line that makes it."""

    def authenticating(password: str) -> Reply:
        key = _key(form, password)

        def encrypting(privacy: str) -> Reply:
            return then(
                f'snmpv3 user "{name}" auth {form} "{key}" priv des "{_key(form, privacy)}"'
            )

        return _secret("privacy", ["Privacy protocol is DES"], encrypting)

    said = [*before, f"Authentication Protocol: {form.upper()}"]
    return _secret("authentication", said, authenticating)


def _secret(kind: str, before: list[str], then: Callable[[str], Reply]) -> Ask[Reply]:
    return Ask(f"Enter {kind} password: ", then, before, is_hidden=True)


def _restrict(users: list[str], finish: Finish) -> Ask[Reply]:
    def answered(answer: str) -> Reply:
        restricting = ["snmpv3 restricted-access"] if confirmed(answer) else []
        return finish([*users, *restricting])

    return Ask(_RESTRICT, answered, takes_key=True)


def _key(form: str, password: str) -> str:
    """What is kept of a password. The real switch makes it from its engine id as well."""
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise Refused(f"The password must have {_SHORTEST} to {_LONGEST} characters.")
    digest = md5 if form == "md5" else sha1
    return digest(password.encode(), usedforsecurity=False).hexdigest()
