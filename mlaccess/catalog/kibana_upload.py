"""Importing a file, as the code checks it: one privilege check in the current space, and no machine learning in it.

`x-pack/platform/plugins/private/file_upload/server/check_privileges.ts` @ 25d6d3ae0825 in elastic/kibana. The page
documents more (`mlaccess.catalog.documented`); the two are never mixed.
"""

import attrs

from mlaccess.rules import AllOf, Ask, Rule
from mlaccess.rules.facts import AccountUsable, ClusterPrivilege, IndexPrivilege, KibanaAction

from .kibana_capabilities import LOGIN

__all__ = ["CREATE_DATA_VIEW", "UploadQuery", "import_rule"]

CREATE_DATA_VIEW = "saved_object:index-pattern/create"
"""Also granted by Machine Learning: All, Saved Objects Management: All and base all, not by Data Views alone."""


@attrs.frozen
class UploadQuery:
    """What an import includes: a pipeline, a data view, and the index it goes to."""

    manage_pipeline: bool = False
    create_data_view: bool = False
    index: str | None = None


def import_rule(query: UploadQuery, space: str) -> Rule:
    """What a caller needs so that Kibana says that importing is permitted, as a tree.

    Neither machine learning nor Discover is asked, nor `manage` or `read` on the index.
    """
    parts: list[Rule] = [Ask(AccountUsable()), Ask(KibanaAction(LOGIN, space))]
    if query.manage_pipeline:
        parts.append(Ask(ClusterPrivilege("manage_pipeline")))
    if query.index is not None:
        parts.extend(Ask(IndexPrivilege(query.index, p)) for p in ("create", "create_index"))
    if query.create_data_view:
        parts.append(Ask(KibanaAction(CREATE_DATA_VIEW, space)))
    return AllOf(tuple(parts), "import permission, as the code checks it")
