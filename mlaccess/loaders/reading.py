"""One file of an export: bytes -> what it gave, or the reason why it gave nothing."""

from collections.abc import Callable

import attrs

from .assignments import read_job_spaces, read_model_spaces
from .catalogue import FileRow
from .cluster import read_cluster_settings, read_license, read_nodes, read_version, read_xpack
from .cursor import Cursor
from .jsontext import decode, error_body, parse, text_error_body
from .kibana import (
    read_collector,
    read_data_views,
    read_kibana_roles,
    read_kibana_version,
    read_spaces,
)
from .manifest import read_manifest
from .ml import read_analytics, read_datafeeds, read_jobs, read_ml_info, read_trained_models
from .names import read_aliases, read_data_streams
from .outcome import Gave
from .report import Report, printable
from .security import (
    read_api_keys,
    read_application_privileges,
    read_role_mappings,
    read_roles,
    read_service_accounts,
)
from .users import read_users

__all__ = ["Outcome", "read_document"]

Reader = Callable[[Cursor], "Gave[object] | str | None"]

READERS: dict[str, Reader] = {
    "version.json": read_version,
    "diagnostic_manifest.json": read_manifest,
    "manifest.json": read_manifest,
    "licenses.json": read_license,
    "nodes.json": read_nodes,
    "nodes_short.json": read_nodes,
    "cluster_settings.json": read_cluster_settings,
    "cluster_settings_defaults.json": read_cluster_settings,
    "xpack.json": read_xpack,
    "security_users.json": read_users,
    "security_roles.json": read_roles,
    "security_role_mappings.json": read_role_mappings,
    "security_priv.json": read_application_privileges,
    "ml_info.json": read_ml_info,
    "ml_anomaly_detectors.json": read_jobs,
    "ml_datafeeds.json": read_datafeeds,
    "ml_dataframe.json": read_analytics,
    "ml_trained_models.json": read_trained_models,
    "alias.json": read_aliases,
    "data_stream.json": read_data_streams,
    "kibana_status.json": read_kibana_version,
    "kibana_user.json": read_collector,
    "kibana_spaces.json": read_spaces,
    "kibana_roles.json": read_kibana_roles,
    "kibana_data_views.json": read_data_views,
    "jobs_spaces.json": read_job_spaces,
    "trained_models_spaces.json": read_model_spaces,
    "api_keys.json": read_api_keys,
    "service_accounts.json": read_service_accounts,
}


@attrs.frozen
class Outcome:
    """What became of a file. `gave` is None where it gave nothing, and then `reason` completes "because …"."""

    status: str
    gave: Gave[object] | None = None
    reason: str = ""

    @property
    def words(self) -> str:
        """What it gave, for people."""
        return self.gave.words if self.gave is not None else self.reason


def read_document(data: bytes, file: str, row: FileRow, report: Report) -> Outcome:
    """Reads one file. Problems go to the report, and the outcome is then `broken`."""
    if not data.strip():
        return Outcome("empty", reason="the file is empty")
    text = decode(data, file, report)
    if text is None:
        return _broken(file, report)
    # The bytes may be large; the caller's reference is the only other one.
    del data
    if not text.strip("\ufeff \t\r\n"):
        return Outcome("empty", reason="the file is empty")
    told = text_error_body(text)
    if told is not None:
        return Outcome("error body", reason=str(told))
    try:
        value = parse(text, file, report, name_depths=row.name_depths, strict=row.strict)
    except ValueError:
        return _broken(file, report)
    del text
    failed = error_body(value)
    if failed is not None:
        return Outcome("error body", reason=str(failed))
    root = Cursor(value, file, report)
    if _is_kubernetes(root.members):
        return Outcome("ignored", reason="an object of Kubernetes")
    found = READERS[row.base_name](root)
    if report.has_problem(file):
        return _broken(file, report)
    if isinstance(found, Gave):
        return Outcome("read", gave=found)
    return Outcome("ignored", reason=found or "it holds nothing that can be used")


def _broken(file: str, report: Report) -> Outcome:
    first = report.problems[printable(file)][0]
    return Outcome("broken", reason=f"the file is broken ({first})")


def _is_kubernetes(value: dict[str, object]) -> bool:
    """What eck-diagnostics saves beside the stack's answers, under names such as `nodes.json` and `version.json`."""
    if isinstance(value.get("kind"), str) and ("items" in value or "apiVersion" in value):
        return True
    return "ServerVersion" in value or "gitVersion" in value
