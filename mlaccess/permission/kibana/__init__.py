"""Kibana's privileges as Elasticsearch sees them, and roles in Kibana's shape. Nothing here knows a user."""

from .consistency import disagreements
from .holding import Basis, Holding, KibanaPrivileges, SavedObjectAccess
from .matching import ELSEWHERE, named_spaces
from .roles import (
    OWN_APPLICATION,
    ErrorShape,
    Transformed,
    from_elasticsearch,
    kibana_role,
    replace_deprecated,
    role_descriptor,
    to_elasticsearch,
)
from .spaces import disabled_in_effect, effective_disabled_features, ml_visible
from .validation import parse_kibana_grants

__all__ = [
    "ELSEWHERE",
    "OWN_APPLICATION",
    "Basis",
    "ErrorShape",
    "Holding",
    "KibanaPrivileges",
    "SavedObjectAccess",
    "Transformed",
    "disabled_in_effect",
    "disagreements",
    "effective_disabled_features",
    "from_elasticsearch",
    "kibana_role",
    "ml_visible",
    "named_spaces",
    "parse_kibana_grants",
    "replace_deprecated",
    "role_descriptor",
    "to_elasticsearch",
]
