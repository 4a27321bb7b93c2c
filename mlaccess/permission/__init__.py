"""COMPILER: role descriptors become permissions, words become languages; role mappings become roles.

`Role` is the union of descriptors, `LimitedRole` one within the limits of another. Both answer alike.
"""

from mlaccess.permission.applications import ApplicationPermission, HeldPrivilege
from mlaccess.permission.authorize import IndexAccess, IndicesAccess, Names
from mlaccess.permission.cluster import ClusterPermission
from mlaccess.permission.conditions import Authentication, Request
from mlaccess.permission.groups import IndicesGroup
from mlaccess.permission.indices import IndicesPermission
from mlaccess.permission.limited import LimitedRole, Permission, authorize_role, authorized_names_of
from mlaccess.permission.role import Role

__all__ = [
    "ApplicationPermission",
    "Authentication",
    "ClusterPermission",
    "HeldPrivilege",
    "IndexAccess",
    "IndicesAccess",
    "IndicesGroup",
    "IndicesPermission",
    "LimitedRole",
    "Names",
    "Permission",
    "Request",
    "Role",
    "authorize_role",
    "authorized_names_of",
]
