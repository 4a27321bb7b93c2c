"""NOUNS: what Elastic's APIs export, as frozen values that know only their own invariants."""

from .deployment import Deployment, InputFile, Notice, Part
from .indices import DataStream, IndexNames
from .kibana import ApplicationPrivilege, Collector, DataView, KibanaGrant, KibanaRole, Space
from .license import License
from .mappings import FileRoleMapping, RoleMapping, RoleTemplate
from .ml import (
    ALL_SPACES,
    UNSEEN_SPACE,
    AnomalyDetectionJob,
    Datafeed,
    DataFrameAnalyticsJob,
    SpaceAssignments,
    TrainedModel,
)
from .nodes import ClusterSettings, MlInfo, Node, XPackUsage
from .origin import NOT_EXPORTED, NotExported, Origin
from .roles import (
    ApplicationGrant,
    FieldSecurity,
    IndicesGrant,
    RemoteClusterGrant,
    RemoteIndicesGrant,
    RoleDescriptor,
)
from .users import Account, ApiKey, Identity, User, Users, UserTable
from .values import FrozenMap, Json, freeze, thaw

__all__ = [
    "ALL_SPACES",
    "NOT_EXPORTED",
    "UNSEEN_SPACE",
    "Account",
    "AnomalyDetectionJob",
    "ApiKey",
    "ApplicationGrant",
    "ApplicationPrivilege",
    "ClusterSettings",
    "Collector",
    "DataFrameAnalyticsJob",
    "DataStream",
    "DataView",
    "Datafeed",
    "Deployment",
    "FieldSecurity",
    "FileRoleMapping",
    "FrozenMap",
    "Identity",
    "IndexNames",
    "IndicesGrant",
    "InputFile",
    "Json",
    "KibanaGrant",
    "KibanaRole",
    "License",
    "MlInfo",
    "Node",
    "NotExported",
    "Notice",
    "Origin",
    "Part",
    "RemoteClusterGrant",
    "RemoteIndicesGrant",
    "RoleDescriptor",
    "RoleMapping",
    "RoleTemplate",
    "Space",
    "SpaceAssignments",
    "TrainedModel",
    "User",
    "UserTable",
    "Users",
    "XPackUsage",
    "freeze",
    "thaw",
]
