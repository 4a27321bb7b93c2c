"""What an export lacks: each missing part with its reason and the files that would hold it."""

import attrs

from mlaccess.stack import Deployment, NotExported

from .assembly import not_exported
from .catalogue import FileRow, rows_of

__all__ = ["Missing", "missing"]


@attrs.frozen
class Missing:
    """A part that is not exported. `space` is set where the data views of one space are missing."""

    part: str
    reason: str
    request: str
    rows: tuple[FileRow, ...]
    file: str = ""
    space: str = ""


def missing(deployment: Deployment) -> list[Missing]:
    """Every part that the export does not hold, in the order of the deployment's fields."""
    found = [
        Missing(part, why.reason, why.request, rows_of(part), why.file, space)
        for part, why in not_exported(deployment).items()
        for space in _spaces(deployment, part)
    ]
    if not isinstance(deployment.data_views, NotExported):
        for space, views in deployment.data_views.items():
            if isinstance(views, NotExported):
                found.append(
                    Missing("data_views", views.reason, views.request, rows_of("data_views"), views.file, space)
                )
    return found


def _spaces(deployment: Deployment, part: str) -> tuple[str, ...]:
    """The spaces to ask for a part one by one, where the export tells them."""
    if part != "data_views" or isinstance(deployment.spaces, NotExported):
        return ("",)
    return tuple(deployment.spaces) or ("",)
