"""Where a value comes from, and what a key means: the answers of ``muniform explain``."""

from muniform.model.explaining.keys import (
    FilePlace,
    KeyMeaning,
    explain_key,
    explain_path,
    file_place,
)
from muniform.model.explaining.origins import Explanation, Origin, Sources
from muniform.model.explaining.ports import port_line
from muniform.model.explaining.settings import explain_setting

__all__ = [
    "Explanation",
    "FilePlace",
    "KeyMeaning",
    "Origin",
    "Sources",
    "explain_key",
    "explain_path",
    "explain_setting",
    "file_place",
    "port_line",
]
