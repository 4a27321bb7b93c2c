"""Kibana's machine learning APIs answered offline: capabilities, roles, spaces, saved objects, upload.

Every function takes stated inputs, most of them verdicts, and knows no deployment. An answer that hangs on something
unknown has status None, or null in the place of a boolean.
"""

from .answer import Answer
from .capabilities import (
    MlLicense,
    Switches,
    World,
    access_label,
    has_ml_capabilities,
    license_gate,
    ml_capabilities,
    resolve_capabilities,
    respond,
)
from .privileges import privileges_answer, registered_privileges
from .roles import features_answer, get_role, get_roles, put_role, roles_of_space
from .routes import answer_route
from .saved_objects import (
    CanDelete,
    Item,
    SavedObject,
    SyncState,
    can_delete,
    can_share_everywhere,
    findable,
    jobs_spaces,
    redact,
    sync,
    sync_needed,
    update_spaces,
)
from .spaces import EntryState, get_spaces, security_switcher, served_space, space_switcher, uses_rbac
from .upload import UploadQuery, has_import_permission, upload_capabilities

__all__ = [
    "Answer",
    "CanDelete",
    "EntryState",
    "Item",
    "MlLicense",
    "SavedObject",
    "Switches",
    "SyncState",
    "UploadQuery",
    "World",
    "access_label",
    "answer_route",
    "can_delete",
    "can_share_everywhere",
    "features_answer",
    "findable",
    "get_role",
    "get_roles",
    "get_spaces",
    "has_import_permission",
    "has_ml_capabilities",
    "jobs_spaces",
    "license_gate",
    "ml_capabilities",
    "privileges_answer",
    "put_role",
    "redact",
    "registered_privileges",
    "resolve_capabilities",
    "respond",
    "roles_of_space",
    "security_switcher",
    "served_space",
    "space_switcher",
    "sync",
    "sync_needed",
    "update_spaces",
    "upload_capabilities",
    "uses_rbac",
]
