"""Dates as IOS prints them."""

from __future__ import annotations

from datetime import datetime


def date(moment: datetime) -> str:
    """A date as IOS prints it."""
    return moment.strftime("%H:%M:%S UTC %a %b ") + f"{moment.day} {moment.year}"
