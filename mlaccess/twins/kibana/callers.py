"""Kibana's machine learning APIs for any caller of a deployment and any space: the deployment in, the body out."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Literal

import attrs

from mlaccess.catalog.kibana_capabilities import FULL_LICENSE, LOGIN, MINIMUM_LICENSE
from mlaccess.catalog.kibana_routes import Route, find_route
from mlaccess.catalog.kibana_upload import UploadQuery
from mlaccess.catalog.kibana_versions import Profile, profile_of
from mlaccess.errors import UnknownNameError
from mlaccess.resolver import Caller, Resolver
from mlaccess.rules import Fact, Verdict
from mlaccess.rules.facts import (
    AccountUsable,
    CapabilitySwitch,
    ClusterPrivilege,
    IndexPrivilege,
    KibanaAction,
    MlEnabledInKibana,
    MlVisible,
    NotUpgrading,
)
from mlaccess.stack import NotExported

from .answer import Answer
from .capabilities import MlLicense, Switches, World, ml_capabilities, resolve_capabilities
from .routes import answer_route
from .saved_objects import CanDelete, Item, Kind, SavedObject, SyncState, can_delete, findable, jobs_spaces
from .upload import has_import_permission

__all__ = ["KibanaCaller", "sync_state"]

_KINDS: tuple[Kind, ...] = ("anomaly-detector", "data-frame-analytics", "trained-model")


class KibanaCaller:
    """A caller who uses Kibana in a space. Each method answers one of Kibana's APIs for them.

    `user` is a name of the export or an `Identity`; `api_key` names a key by id instead. Raises `UnknownNameError`
    for a caller that certainly does not exist.
    """

    def __init__(
        self,
        resolver: Resolver,
        user: Caller | None = None,
        *,
        api_key: str | None = None,
        space: str = "default",
        at: datetime | None = None,
    ) -> None:
        self.resolver = resolver
        self.space = space
        self._verdict: Callable[[Fact], Verdict] = resolver.judge(user, api_key=api_key, at=at).verdict

    def ask(self, action: str, space: str) -> Verdict:
        """Whether the caller is granted an action that Kibana registers, at a space."""
        return self._verdict(KibanaAction(action, space))

    def _here(self, action: str) -> Verdict:
        return self.ask(action, self.space)

    def _license(self) -> MlLicense:
        return MlLicense(
            self._verdict(FULL_LICENSE), self._verdict(MINIMUM_LICENSE), self._verdict(MlEnabledInKibana())
        )

    def _switches(self) -> Switches:
        names = ("ad", "dfa", "nlp", "aiops", "nodes")
        return Switches(*(self._verdict(CapabilitySwitch(name)) for name in names))

    def world(self) -> World:
        """What Kibana would read and ask while it resolves this caller's capabilities."""
        return World(
            has_action=self._here,
            license=self._license(),
            may_enter=self._here(LOGIN),
            authenticated=self._verdict(AccountUsable()),
            ml_visible=self._verdict(MlVisible(self.space)),
            not_upgrading=self._verdict(NotUpgrading()),
            switches=self._switches(),
            profile=_profile(self.resolver),
        )

    def ml_capabilities(self) -> Answer:
        """`GET /internal/ml/ml_capabilities`."""
        return ml_capabilities(self.world())

    def route(self, request: str, *, item: tuple[Kind, str] | None = None) -> Answer:
        """Whether a route such as `POST /internal/ml/jobs/jobs` answers; `item` is what the request is about.

        Raises `UnknownNameError` for a request that is no machine learning route.
        """
        route: Route | None = find_route(request)
        if route is None:
            raise UnknownNameError("route", request, where="in the tables")
        return answer_route(
            route,
            has_action=self._here,
            license_=self._license(),
            switches=self._switches(),
            item_visible=Verdict.GRANTED if item is None else self.sees(*item),
        )

    def has_import_permission(self, query: UploadQuery) -> Answer:
        """`GET /internal/file_upload/has_import_permission`."""
        return has_import_permission(
            query,
            has_action=self._here,
            has_cluster=lambda name: self._verdict(ClusterPrivilege(name)),
            has_index=lambda name, privilege: self._verdict(IndexPrivilege(name, privilege)),
        )

    def sees(self, kind: Kind, id_: str) -> Verdict:
        """Whether the caller sees a job or model in the space: assigned to it, and findable there."""
        namespaces = _namespaces(self.resolver, kind)
        if namespaces is None:
            return min(Verdict.UNKNOWN, findable(kind, ("*",), self.space, self.ask))
        return findable(kind, namespaces.get(id_, ()), self.space, self.ask)

    def jobs_spaces(self) -> dict[str, dict[str, list[str | None]]] | NotExported:
        """`GET /internal/ml/saved_objects/jobs_spaces`: not limited to the space of the caller."""
        assignments, spaces = self.resolver.deployment.job_spaces, self.resolver.deployment.spaces
        if isinstance(assignments, NotExported):
            return assignments
        known = assignments.spaces if isinstance(spaces, NotExported) else frozenset(spaces)
        items = (i for kind in _KINDS[:2] for i in _items(self.resolver, kind))
        return jobs_spaces(items, sorted(known - {"*", "?"}), self.ask)

    def can_delete(self, kind: Kind, id_: str) -> CanDelete:
        """`can_delete_ml_space_aware_item`: what the delete dialog offers, which no DELETE route asks."""
        resolved = resolve_capabilities(self.world())
        namespaces = _namespaces(self.resolver, kind)
        if namespaces is None:
            whole = can_delete(
                Item(kind, id_, ("*",)), has_capability=resolved.__getitem__, ask=self.ask, space=self.space
            )
            unsure = Verdict.UNKNOWN if resolved[_DELETING[kind]] > Verdict.DENIED else Verdict.DENIED
            return attrs.evolve(whole, can_delete=unsure, can_remove_from_space=unsure)
        item = Item(kind, id_, namespaces.get(id_, ()))
        return can_delete(item, has_capability=resolved.__getitem__, ask=self.ask, space=self.space)


_DELETING: dict[Kind, Literal["canDeleteJob", "canDeleteDataFrameAnalytics", "canDeleteTrainedModels"]] = {
    "anomaly-detector": "canDeleteJob",
    "data-frame-analytics": "canDeleteDataFrameAnalytics",
    "trained-model": "canDeleteTrainedModels",
}


def _profile(resolver: Resolver) -> Profile | None:
    for version in (resolver.deployment.kibana_version, resolver.deployment.version):
        if isinstance(version, str):
            return profile_of(version)
    return None


def _namespaces(resolver: Resolver, kind: Kind) -> Mapping[str, tuple[str, ...]] | None:
    deployment = resolver.deployment
    assignments = deployment.model_spaces if kind == "trained-model" else deployment.job_spaces
    return None if isinstance(assignments, NotExported) else assignments.of(kind)


def _items(resolver: Resolver, kind: Kind) -> Iterator[Item]:
    for id_, namespaces in (_namespaces(resolver, kind) or {}).items():
        yield Item(kind, id_, namespaces)


def sync_state(resolver: Resolver) -> SyncState | NotExported:
    """What synchronising the saved objects of a deployment would start from, as far as an export shows it.

    An export lists assignments, not the datafeed that a saved object remembers, so those are taken to be right.
    Where the collector could not see every space, a job that is not listed may have a saved object all the same.
    """
    deployment = resolver.deployment
    if isinstance(deployment.job_spaces, NotExported):
        return deployment.job_spaces
    if isinstance(deployment.jobs, NotExported):
        return deployment.jobs
    feeds: dict[str, str] = {}
    if not isinstance(deployment.datafeeds, NotExported):
        feeds = {d.job_id: d.id for d in deployment.datafeeds.values()}
    jobs: dict[Kind, tuple[str, ...]] = {"anomaly-detector": tuple(deployment.jobs)}
    if not isinstance(deployment.analytics, NotExported):
        jobs["data-frame-analytics"] = tuple(deployment.analytics)
    if not isinstance(deployment.trained_models, NotExported) and _namespaces(resolver, "trained-model") is not None:
        jobs["trained-model"] = tuple(deployment.trained_models)
    objects: dict[Kind, Mapping[str, SavedObject]] = {
        kind: {i.id: SavedObject(i.namespaces, feeds.get(i.id)) for i in _items(resolver, kind)} for kind in jobs
    }
    return SyncState(jobs, objects, feeds)
