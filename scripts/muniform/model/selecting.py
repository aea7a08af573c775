"""Which network devices are meant by words such as a name, a site, an archetype, a platform."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from muniform.errors import UsageError
from muniform.model.city import City, Device


def select_devices(city: City, words: Sequence[str]) -> tuple[Device, ...]:
    """The devices that any of the words names, in the city's order. No word: all of them.

    A word that names a site means that site, also where an archetype is called the same.
    Raises UsageError for a word that names none.
    """
    meant: dict[str, list[Device]] = {}
    for site in city.sites:
        for device in site.devices:
            for word in {device.name, site.id, site.code, site.archetype, device.platform}:
                meant.setdefault(word, []).append(device)
    for site in city.sites:
        meant |= {key: list(site.devices) for key in (site.id, site.code)}
    for word in words:
        if word not in meant:
            near = get_close_matches(word, meant, n=1)
            raise UsageError(
                f"there is no device, site, archetype or platform {word!r}",
                (f"did you mean {near[0]!r}? " if near else "") + "list them with: muniform show",
            )
    chosen = {device.name for word in words or meant for device in meant[word]}
    return tuple(device for device in city.devices if device.name in chosen)
