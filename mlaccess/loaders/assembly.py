"""Puts what the files gave together into one `Deployment`, and says of every missing part why it is missing."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar, cast

import attrs

from mlaccess.stack import (
    ALL_SPACES,
    UNSEEN_SPACE,
    AnomalyDetectionJob,
    ApiKey,
    ApplicationPrivilege,
    ClusterSettings,
    Collector,
    Datafeed,
    DataFrameAnalyticsJob,
    DataStream,
    DataView,
    Deployment,
    FileRoleMapping,
    FrozenMap,
    IndexNames,
    InputFile,
    KibanaRole,
    License,
    MlInfo,
    Node,
    NotExported,
    Part,
    RoleDescriptor,
    RoleMapping,
    Space,
    SpaceAssignments,
    TrainedModel,
    Users,
    XPackUsage,
)

from .catalogue import FileRow, request_for, rows_of
from .cluster import XPackAnswer
from .manifest import Manifest
from .reading import Outcome
from .report import Report

__all__ = ["FileRead", "assemble"]

T = TypeVar("T")

DEFAULT_SPACE = "default"


@attrs.frozen
class FileRead:
    """One recognised file and what became of it. `folder` is the space's folder for files of one space."""

    path: str
    row: FileRow
    outcome: Outcome
    sha256: str = ""
    folder: str = ""


class Assembly:
    """The files of one export, by what they are."""

    def __init__(self, files: Sequence[FileRead], report: Report) -> None:
        self.files = files
        self._named: dict[str, list[FileRead]] = {}
        self._folders: dict[str, dict[str, list[FileRead]]] = {}
        for file in files:
            self._named.setdefault(file.row.base_name, []).append(file)
        self.report = report
        self.incomplete: set[str] = set()
        self.differing: set[str] = set()
        """Files that contradict another of their kind."""
        self.manifests = [
            cast("Manifest", g.value) for f in files if f.row.part == "collected_at" and (g := f.outcome.gave)
        ]
        self.versions: dict[str, str] = {}
        """The version of each product, where known."""

    @property
    def version(self) -> str:
        """The version of Elasticsearch; empty where unknown."""
        return self.versions.get("elasticsearch", "")

    def one(self, file: str, folder: str | None = None) -> "FileRead | None":
        """The file that gave something, else one that says why it gave nothing. Two that differ are a problem, and then
        neither counts: which one is true, no order of files can tell."""
        named = self._named.get(file, [])
        candidates = named if folder is None else self._in_folder(file).get(folder, [])
        gave = [f for f in candidates if f.outcome.gave is not None]
        differs = ""
        for other in gave[1:]:
            if other.sha256 == gave[0].sha256:
                self.report.notice(other.path, f"the same file as {gave[0].path}", "twice")
            else:
                self.report.problem(
                    other.path,
                    "",
                    f"a second `{file}` that differs from {gave[0].path}",
                    "the export of one deployment",
                )
                differs = f"{gave[0].path} and {other.path} differ"
                self.differing |= {gave[0].path, other.path}
        if differs:
            return attrs.evolve(gave[0], outcome=Outcome("broken", reason=differs))
        return gave[0] if gave else (candidates[0] if candidates else None)

    def _in_folder(self, file: str) -> "dict[str, list[FileRead]]":
        """The files of this name by folder."""
        found = self._folders.get(file)
        if found is None:
            found = self._folders[file] = {}
            for one in self._named.get(file, []):
                found.setdefault(one.folder, []).append(one)
        return found

    def part(self, name: str) -> "Part[object]":
        """The value of a part from its best file, or why there is none."""
        why: NotExported | None = None
        for row in rows_of(name):
            found = self.one(row.base_name)
            if found is None:
                continue
            if found.outcome.gave is not None:
                if not found.outcome.gave.complete:
                    self.incomplete.add(name)
                return found.outcome.gave.value
            if why is None:
                why = NotExported(found.outcome.reason, self.request(name), found.path)
        return self.absent(name) if why is None else why

    def request(self, name: str) -> str:
        """The request that would fetch a part from the exported version."""
        return request_for(name, self.versions.get(rows_of(name)[0].product, ""))

    def absent(self, name: str) -> NotExported:
        """Why no file holds a part: what the collector says of its request, its mode, or nothing at all."""
        row = rows_of(name)[0]
        request = self.request(name)
        if not row.requests:
            names = " or ".join(f"`{r.base_name}`" for r in rows_of(name))
            return NotExported(f"no API shows it, and no {names} was given")
        version = self.versions.get(row.product, "")
        if version and not row.exists_in(version):
            return NotExported(
                f"{row.product.capitalize()} {version} has no request for it: there is one since {row.since}"
            )
        for row in rows_of(name):
            key = row.base_name.removesuffix(".json")
            for manifest in self.manifests:
                status = manifest.statuses.get(key)
                if status is not None and status >= 400:
                    return NotExported(f"the collector's request failed with status {status}", request, manifest.file)
        if row.product == "elasticsearch" and row.collected and name != "nodes":
            light = next((m for m in self.manifests if m.mode == "light" and m.product != "kibana"), None)
            if light is not None:
                return NotExported("the bundle was collected in mode `light`, which leaves it out", request, light.file)
        if not row.collected:
            return NotExported("no collector saves it, and no file was given", request)
        return NotExported("no input file holds it", request)


def assemble(files: Sequence[FileRead], inputs: Sequence[InputFile], report: Report) -> Deployment:
    """The deployment that the files tell of. Problems that only show between files go to the report."""
    a = Assembly(files, report)
    version, flavor = _versions(a)
    kibana_version, kibana_flavor = _kibana_version(a)
    _compare_versions(a, version, kibana_version)
    # One stack, one version: where one product does not tell its own, the other's is close enough for a request.
    for product, own, other in (("elasticsearch", version, kibana_version), ("kibana", kibana_version, version)):
        if isinstance(own, str) or isinstance(other, str):
            a.versions[product] = own if isinstance(own, str) else str(other)
    if isinstance(flavor, NotExported) and kibana_flavor == "serverless":
        flavor = kibana_flavor
    usage, xpack_license, in_files = _xpack(a)
    license = cast("Part[License]", a.part("license"))
    if isinstance(license, NotExported) and xpack_license is not None:
        license = xpack_license
    spaces = cast("Part[FrozenMap[str, Space]]", a.part("spaces"))
    privileges = cast("Part[FrozenMap[tuple[str, str], ApplicationPrivilege]]", a.part("application_privileges"))
    return Deployment(
        version=version,
        build_flavor=flavor,
        kibana_version=kibana_version,
        collected_at=_collected_at(a),
        license=license,
        nodes=_nodes(a),
        cluster_settings=_cluster_settings(a),
        xpack=usage,
        users=cast("Part[Users]", a.part("users")),
        roles=cast("Part[FrozenMap[str, RoleDescriptor]]", a.part("roles")),
        kibana_roles=cast("Part[FrozenMap[str, KibanaRole]]", a.part("kibana_roles")),
        role_mappings=cast("Part[FrozenMap[str, RoleMapping]]", a.part("role_mappings")),
        api_keys=cast("Part[FrozenMap[str, ApiKey]]", a.part("api_keys")),
        service_accounts=cast("Part[FrozenMap[str, RoleDescriptor]]", a.part("service_accounts")),
        application_privileges=privileges,
        spaces=spaces,
        data_views=_data_views(a, spaces),
        jobs=cast("Part[FrozenMap[str, AnomalyDetectionJob]]", a.part("jobs")),
        datafeeds=cast("Part[FrozenMap[str, Datafeed]]", a.part("datafeeds")),
        analytics=cast("Part[FrozenMap[str, DataFrameAnalyticsJob]]", a.part("analytics")),
        trained_models=cast("Part[FrozenMap[str, TrainedModel]]", a.part("trained_models")),
        job_spaces=cast("Part[SpaceAssignments]", a.part("job_spaces")),
        model_spaces=cast("Part[SpaceAssignments]", a.part("model_spaces")),
        ml_info=cast("Part[MlInfo]", a.part("ml_info")),
        index_names=_index_names(a),
        collector=cast("Part[Collector]", a.part("collector")),
        file_users=cast("Part[Users]", a.part("file_users")),
        file_roles=cast("Part[FrozenMap[str, RoleDescriptor]]", a.part("file_roles")),
        file_role_mappings=cast("Part[tuple[FileRoleMapping, ...]]", a.part("file_role_mappings")),
        file_realm_announced=in_files,
        incomplete=frozenset(a.incomplete),
        inputs=tuple(attrs.evolve(i, status="broken", gave="") if i.path in a.differing else i for i in inputs),
    )


def _manifest(a: Assembly, product: str) -> Manifest | None:
    """The newer generation wins over the older."""
    found = [m for m in a.manifests if m.product == product]
    return min(found, key=lambda m: m.legacy, default=None)


def _collected_at(a: Assembly) -> Part[datetime]:
    for product in ("elasticsearch", "kibana", ""):
        for manifest in sorted((m for m in a.manifests if m.product == product), key=lambda m: m.legacy):
            if manifest.collected_at is not None:
                return manifest.collected_at
    return NotExported("no collector's manifest says when", "", "")


def _versions(a: Assembly) -> tuple[Part[str], Part[str]]:
    part = a.part("version")
    if not isinstance(part, NotExported):
        number, flavor = cast("tuple[str, str]", part)
        # Elasticsearch names its flavor since 6.3; before, there was only one.
        return number, flavor or "default"
    manifest = _manifest(a, "elasticsearch")
    if manifest is not None and manifest.version:
        return manifest.version, attrs.evolve(part)
    return part, part


def _kibana_version(a: Assembly) -> tuple[Part[str], str]:
    part = a.part("kibana_version")
    if not isinstance(part, NotExported):
        number, flavor = cast("tuple[str, str]", part)
        return number, flavor
    manifest = _manifest(a, "kibana")
    return (manifest.version, "") if manifest is not None and manifest.version else (part, "")


def _compare_versions(a: Assembly, elasticsearch: Part[str], kibana: Part[str]) -> None:
    """Kibana has the minor version of its Elasticsearch, but for the while of an upgrade."""
    if isinstance(elasticsearch, NotExported) or isinstance(kibana, NotExported):
        return
    if elasticsearch.split(".")[:2] != kibana.split(".")[:2]:
        told = next((f.path for f in a.files if f.row.part == "kibana_version" and f.outcome.gave), "Kibana's manifest")
        text = (
            f"Kibana is {kibana}, Elasticsearch {elasticsearch}: the files may be of two deployments, or of an upgrade"
        )
        a.report.notice(told, text, "versions")


def _xpack(a: Assembly) -> tuple[Part[XPackUsage], License | None, bool]:
    answers = [cast("XPackAnswer", f.outcome.gave.value) for f in a.files if f.row.part == "xpack" and f.outcome.gave]
    if not answers:
        part = a.part("xpack")
        return cast("NotExported", part), None, False
    license = next((x.license for x in answers if x.license is not None), None)
    usage = next((x.usage for x in answers if x.usage.realms or x.usage.ml_node_count is not None), answers[0].usage)
    return usage, license, any(x.file_realm for x in answers)


def _nodes(a: Assembly) -> Part[FrozenMap[str, Node]]:
    part = a.part("nodes")
    if isinstance(part, NotExported):
        return part
    nodes = cast("FrozenMap[str, Node]", part)
    # The letters of `_cat/nodes` tell machine learning since 7.3; in a known newer version, no `l` means no.
    numbers = tuple(int(n) for n in a.version.split("-")[0].split(".")[:2] if n.isdigit())
    if numbers >= (7, 3):
        known = {i: attrs.evolve(n, roles_exported=True) for i, n in nodes.items() if not n.settings_exported}
        nodes = FrozenMap({**nodes, **known})
    return nodes


def _cluster_settings(a: Assembly) -> Part[ClusterSettings]:
    plain, full = a.one("cluster_settings.json"), a.one("cluster_settings_defaults.json")
    values = [cast("ClusterSettings", f.outcome.gave.value) for f in (plain, full) if f is not None and f.outcome.gave]
    if not values:
        return cast("NotExported", a.part("cluster_settings"))
    defaults = next((v for v in values if v.defaults is not None), None)
    first = values[0]
    return attrs.evolve(
        first,
        defaults=defaults.defaults if defaults is not None else None,
        defaults_origin=defaults.defaults_origin if defaults is not None else None,
    )


def _index_names(a: Assembly) -> Part[IndexNames]:
    aliases, streams = a.one("alias.json"), a.one("data_stream.json")
    alias_gave = aliases.outcome.gave if aliases is not None else None
    stream_gave = streams.outcome.gave if streams is not None else None
    if alias_gave is None and stream_gave is None:
        return cast("NotExported", a.part("index_names"))
    return IndexNames(
        aliases=cast("FrozenMap[str, frozenset[str]]", alias_gave.value) if alias_gave else FrozenMap(),
        data_streams=cast("FrozenMap[str, DataStream]", stream_gave.value) if stream_gave else FrozenMap(),
        aliases_exported=alias_gave is not None,
        data_streams_exported=stream_gave is not None,
    )


def _data_views(a: Assembly, spaces: Part[FrozenMap[str, Space]]) -> Part[FrozenMap[str, Part[tuple[DataView, ...]]]]:
    files = [f for f in a.files if f.row.part == "data_views"]
    if not files:
        return a.absent("data_views")
    known = tuple(spaces) if not isinstance(spaces, NotExported) else ()
    by_folder = _by_folder(known)
    found: dict[str, Part[tuple[DataView, ...]]] = {}
    for folder in dict.fromkeys(f.folder for f in files):
        file = a.one("kibana_data_views.json", folder)
        if file is None:
            continue
        ids = by_folder.get(folder, [folder]) if folder else [DEFAULT_SPACE]
        if len(ids) > 1:
            names = " and ".join(f"`{i}`" for i in ids)
            a.report.notice(
                file.path, f"the folder may belong to the spaces {names}: unknown for these", "ambiguous-space"
            )
            why = NotExported(f"the folder `{folder}` may belong to {names}", _view_request(a, ids[0]), file.path)
            found.update(dict.fromkeys(ids, why))
            continue
        if known and ids[0] not in known:
            a.report.notice(
                file.path, f"data views of a space that is not among the exported ones: `{ids[0]}`", "space"
            )
        if file.outcome.gave is None:
            found[ids[0]] = NotExported(file.outcome.reason, _view_request(a, ids[0]), file.path)
        else:
            views = cast("tuple[DataView, ...]", file.outcome.gave.value)
            # A folder of a space that is not known may be called otherwise than the space.
            found[ids[0]] = _inside(a, file, ids[0], views) if not folder or ids[0] in known else views
            if not file.outcome.gave.complete:
                found[ids[0]] = NotExported("the file does not hold all of them", _view_request(a, ids[0]), file.path)
    for id_ in known:
        found.setdefault(id_, NotExported("no input file holds the data views of this space", _view_request(a, id_)))
    return FrozenMap(found)


def _by_folder(spaces: Iterable[str]) -> dict[str, list[str]]:
    """The spaces by the folders that may be theirs: collectors replace what file names cannot hold by `_`."""
    found: dict[str, list[str]] = {}
    for space in spaces:
        for folder in {space, re.sub(r"[^a-zA-Z0-9_-]", "_", space)}:
            found.setdefault(folder, []).append(space)
    return found


def _inside(a: Assembly, file: FileRead, space: str, views: tuple[DataView, ...]) -> tuple[DataView, ...]:
    """The data views that are in a space by what they say themselves: a search over all spaces finds others too."""
    inside = tuple(v for v in views if not v.namespaces or {space, ALL_SPACES, UNSEEN_SPACE} & set(v.namespaces))
    if len(inside) < len(views):
        a.report.notice(
            file.path, f"{len(views) - len(inside)} data views of other spaces, not for `{space}`", "other-space"
        )
    return inside


def _view_request(a: Assembly, space: str) -> str:
    line = a.request("data_views")
    return line.replace("/s/<space>", "" if space == DEFAULT_SPACE else f"/s/{space}")


def not_exported(deployment: Deployment) -> Mapping[str, NotExported]:
    """Every part that is missing, by the name of its field."""
    found: dict[str, NotExported] = {}
    for field in attrs.fields(Deployment):
        value = getattr(deployment, field.name)
        if isinstance(value, NotExported):
            found[field.name] = value
    return found
