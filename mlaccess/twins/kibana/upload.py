"""`GET /internal/file_upload/has_import_permission` offline, and the upload's own capabilities.

In elastic/kibana, `x-pack/platform/plugins/private/file_upload/server/`: `check_privileges.ts` @ 25d6d3ae0825,
`routes.ts` @ 057dcf9cdc63, `capabilities.ts` @ a18a819c2bf8 (one flag, `show`; its newest test has `canImport` too).
"""

from collections.abc import Callable

from mlaccess.catalog.kibana_capabilities import LOGIN
from mlaccess.catalog.kibana_upload import CREATE_DATA_VIEW, UploadQuery
from mlaccess.rules.verdict import Verdict

from .answer import Answer, boolean

__all__ = ["UploadQuery", "has_import_permission", "upload_capabilities"]

_NO, _YES = Verdict.DENIED, Verdict.GRANTED


def has_import_permission(
    query: UploadQuery,
    *,
    has_action: Callable[[str], Verdict],
    has_cluster: Callable[[str], Verdict],
    has_index: Callable[[str, str], Verdict],
    authenticated: bool = True,
    rbac: bool = True,
) -> Answer:
    """The answer to one caller in one space. `has_index(index, privilege)` and the others are the caller's rights.

    Neither machine learning nor Discover is asked, nor `manage` or `read` on the index. The status is always 200.
    """
    if not rbac:
        verdict = _YES
    elif not authenticated:
        verdict = _NO
    else:
        asked = [has_action(LOGIN)]
        if query.manage_pipeline:
            asked.append(has_cluster("manage_pipeline"))
        if query.index is not None:
            asked.extend(has_index(query.index, p) for p in ("create", "create_index"))
        if query.create_data_view:
            asked.append(has_action(CREATE_DATA_VIEW))
        verdict = min(asked)
    return Answer(200, {"hasImportPermission": boolean(verdict)})


def upload_capabilities(
    *,
    security: bool = True,
    rbac: bool = True,
    authenticated: bool = True,
    default_capabilities: bool = False,
    may_import: Callable[[], Verdict],
) -> tuple[dict[str, bool | None], bool]:
    """What the upload's switcher changes in `capabilities.fileUpload`, and whether it asked for privileges.

    `may_import` is the privilege check with a data view, without pipeline and index; it is asked only where needed.
    """
    if not security or not rbac or default_capabilities:
        return {}, False
    if not authenticated:
        return {"show": False, "canImport": False}, False
    verdict = may_import()
    if verdict is _YES:
        return {}, True
    return {"show": boolean(verdict), "canImport": boolean(verdict)}, True
