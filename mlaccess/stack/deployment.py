"""Everything exported from one Elasticsearch and its Kibana, as one immutable value.

Each part is a value or `NotExported`. An empty value means "exported, and there are none".
A what-if is `attrs.evolve`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias, TypeVar

import attrs

from .indices import IndexNames
from .kibana import ApplicationPrivilege, Collector, DataView, KibanaRole, Space
from .license import License
from .mappings import FileRoleMapping, RoleMapping
from .ml import AnomalyDetectionJob, Datafeed, DataFrameAnalyticsJob, SpaceAssignments, TrainedModel
from .nodes import ClusterSettings, MlInfo, Node, XPackUsage
from .origin import NOT_EXPORTED, NotExported
from .roles import RoleDescriptor
from .users import ApiKey, User, Users
from .values import FrozenMap

__all__ = ["Deployment", "InputFile", "Notice", "Part"]

T = TypeVar("T")
Part: TypeAlias = T | NotExported


@attrs.frozen
class Notice:
    """Something odd that the loader survived, and how it was read."""

    position: str
    text: str
    id: str = ""

    def __str__(self) -> str:
        return f"{self.position}: {self.text}"


@attrs.frozen
class InputFile:
    """A file that was looked at. `status`: `read`, `error body`, `empty`, `broken`, `ignored`; `gave` is for people."""

    path: str
    status: str = "read"
    part: str = ""
    gave: str = ""
    sha256: str = ""
    size: int = 0


def _users(value: Users | NotExported | Iterable[User]) -> Users | NotExported:
    return value if isinstance(value, Users | NotExported) else Users(value)


@attrs.frozen
class Deployment:
    """What an export says. Field names are the words of Elastic's API reference."""

    version: Part[str] = NOT_EXPORTED
    build_flavor: Part[str] = NOT_EXPORTED
    kibana_version: Part[str] = NOT_EXPORTED
    collected_at: Part[datetime] = NOT_EXPORTED
    license: Part[License] = NOT_EXPORTED
    nodes: Part[FrozenMap[str, Node]] = NOT_EXPORTED
    cluster_settings: Part[ClusterSettings] = NOT_EXPORTED
    xpack: Part[XPackUsage] = NOT_EXPORTED
    users: Part[Users] = attrs.field(default=NOT_EXPORTED, converter=_users)
    roles: Part[FrozenMap[str, RoleDescriptor]] = NOT_EXPORTED
    kibana_roles: Part[FrozenMap[str, KibanaRole]] = NOT_EXPORTED
    role_mappings: Part[FrozenMap[str, RoleMapping]] = NOT_EXPORTED
    api_keys: Part[FrozenMap[str, ApiKey]] = NOT_EXPORTED
    service_accounts: Part[FrozenMap[str, RoleDescriptor]] = NOT_EXPORTED
    application_privileges: Part[FrozenMap[tuple[str, str], ApplicationPrivilege]] = NOT_EXPORTED
    file_users: Part[Users] = attrs.field(default=NOT_EXPORTED, converter=_users)
    file_roles: Part[FrozenMap[str, RoleDescriptor]] = NOT_EXPORTED
    file_role_mappings: Part[tuple[FileRoleMapping, ...]] = NOT_EXPORTED
    spaces: Part[FrozenMap[str, Space]] = NOT_EXPORTED
    data_views: Part[FrozenMap[str, Part[tuple[DataView, ...]]]] = NOT_EXPORTED
    jobs: Part[FrozenMap[str, AnomalyDetectionJob]] = NOT_EXPORTED
    datafeeds: Part[FrozenMap[str, Datafeed]] = NOT_EXPORTED
    analytics: Part[FrozenMap[str, DataFrameAnalyticsJob]] = NOT_EXPORTED
    trained_models: Part[FrozenMap[str, TrainedModel]] = NOT_EXPORTED
    job_spaces: Part[SpaceAssignments] = NOT_EXPORTED
    model_spaces: Part[SpaceAssignments] = NOT_EXPORTED
    ml_info: Part[MlInfo] = NOT_EXPORTED
    index_names: Part[IndexNames] = NOT_EXPORTED
    collector: Part[Collector] = NOT_EXPORTED
    settings_files: tuple[FrozenMap[str, object], ...] = ()
    """Flat settings of `elasticsearch.yml` files given beside the export (for anonymous roles and switches)."""
    file_realm_announced: bool = False
    """Whether a file realm's files are among the inputs or announced as existing (choice C03)."""
    incomplete: frozenset[str] = frozenset()
    """Names of parts of which the export holds some members and certainly or possibly not all (a page of a longer list,
    one role's body, nodes that did not answer): what such a part lists is known, what it does not list is unknown."""
    inputs: tuple[InputFile, ...] = attrs.field(default=(), eq=False)
    notices: tuple[Notice, ...] = attrs.field(default=(), eq=False)

    @property
    def serverless(self) -> bool:
        """Whether the platform, not the customer, owns subscription, nodes and settings."""
        return self.build_flavor == "serverless"
