"""The checks there are, found by their place."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from fanlight.features.diagnostics import checks
from fanlight.features.diagnostics.errors import NoSuchCheck
from fanlight.features.diagnostics.models import Check


@cache
def all_checks() -> Mapping[str, Check]:
    """Every check by its symptom; which comes first on a page is the page's business."""
    found: dict[str, Check] = {}
    for each in pkgutil.iter_modules(checks.__path__, f"{checks.__name__}."):
        check = importlib.import_module(each.name).CHECK
        if not isinstance(check, Check) or check.symptom in found:
            raise TypeError(f"{each.name} must offer a CHECK of its own symptom")
        found[check.symptom] = check
    return found


def check_for(symptom: str) -> Check:
    """The check of a symptom. Raises NoSuchCheck."""
    try:
        return all_checks()[symptom]
    except KeyError:
        raise NoSuchCheck from None
