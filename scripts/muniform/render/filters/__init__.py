"""Template filters: small pure functions that lay out a value the way a platform writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from muniform.render.filters import eos, frr, ios, junos, procurve

FILTERS: Mapping[str, Callable[..., Any]] = {
    **ios.FILTERS,
    **eos.FILTERS,
    **junos.FILTERS,
    **procurve.FILTERS,
    **frr.FILTERS,
}
"""All filters by the name under which templates use them."""
