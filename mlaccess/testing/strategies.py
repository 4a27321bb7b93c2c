"""Hypothesis strategies for deployments, callers and questions: property-test your own roles and policies with them.

Names come from small pools, so that roles meet the indices, spaces and jobs they speak of, and most worlds mean
something. With `hostile` (the default) a share of names, parts and settings is what breaks tools. Examples shrink to
few parts with the first names of the pools.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

import attrs
from hypothesis import strategies as st

from mlaccess.catalog.documented import Interface
from mlaccess.permission.kibana import kibana_role
from mlaccess.permission.kibana.roles import ErrorShape
from mlaccess.stack import (
    NOT_EXPORTED,
    ClusterSettings,
    Collector,
    Deployment,
    FrozenMap,
    Json,
    MlInfo,
    NotExported,
    Part,
    RoleDescriptor,
    Users,
)

from . import vocabulary as words
from .callers import api_keys, identities, role_mappings, users
from .parts import ANALYTICS, ANOMALY, JOBS, MODELS, licenses, machine_learning, nodes, spaces
from .roles import application_grants, choice, indices_grants, named, one_in, pick, role_descriptors, some, subset
from .worlds import Question, World

__all__ = [
    "api_keys",
    "application_grants",
    "deployments",
    "identities",
    "indices_grants",
    "licenses",
    "questions",
    "role_descriptors",
    "role_mappings",
    "spaces",
    "users",
    "worlds",
]

PARTS = (
    "license",
    "nodes",
    "users",
    "roles",
    "kibana_roles",
    "role_mappings",
    "api_keys",
    "application_privileges",
    "spaces",
    "data_views",
    "jobs",
    "datafeeds",
    "analytics",
    "trained_models",
    "job_spaces",
    "model_spaces",
    "ml_info",
    "version",
    "kibana_version",
    "collected_at",
)
"""What a collector may have missed."""


@st.composite
def _deployments(draw: st.DrawFn, hostile: bool) -> Deployment:
    version = draw(pick(words.VERSIONS, hostile))
    ids = ("default", *draw(subset(words.SPACES[1:])))
    roles = draw(named(words.ROLES, least=1, hostile=hostile))
    known = tuple(roles)
    people = draw(subset(words.USERS, 1))
    mappings = [draw(role_mappings(name=f"m{n}", roles=known)) for n in range(draw(choice(0, 1, 2)))]
    keys = [draw(api_keys(hostile=hostile))] if draw(one_in(4)) else []
    fields: dict[str, Any] = {
        "version": version,
        "kibana_version": version,
        "collected_at": words.COLLECTED,
        "license": draw(licenses(hostile=hostile)),
        "nodes": draw(nodes(hostile=hostile)),
        "users": Users([draw(users(username=name, roles=known, hostile=hostile)) for name in people]),
        "roles": FrozenMap(roles),
        "role_mappings": FrozenMap({m.name: m for m in mappings}),
        "api_keys": FrozenMap({k.id: k for k in keys}),
        "spaces": FrozenMap({i: draw(spaces(id=i, hostile=hostile)) for i in ids}),
        "ml_info": MlInfo(draw(one_in(8))),
        **draw(machine_learning(ids, hostile=hostile)),
    }
    if draw(one_in(3)) and version[0] in "789":
        dropped = (draw(pick(words.KIBANA_PRIVILEGES, hostile)),) if hostile and draw(one_in(3)) else ()
        fields["application_privileges"] = words.stored_privileges(version, frozenset(dropped))
    if hostile and draw(one_in(3)):
        fields |= _oddities(draw, roles, known)
    if hostile and draw(one_in(3)):
        fields |= dict.fromkeys(draw(subset(PARTS, 1, 2)), NOT_EXPORTED)
    return attrs.evolve(Deployment(), **fields)


_SHAPES: tuple[ErrorShape, ...] = ("state", "section")
_ANONYMOUS: tuple[Json, ...] = ("", "r1", ("r1", "r2"))
_INCOMPLETE = ("roles", "users", "jobs", "datafeeds", "job_spaces", "nodes")


def _oddities(draw: st.DrawFn, roles: dict[str, RoleDescriptor], known: tuple[str, ...]) -> dict[str, Any]:
    """What only some exports have: roles in Kibana's shape, a file realm, defaults of settings, incomplete lists."""
    fields: dict[str, Any] = {}
    match draw(choice("kibana", "kibana only", "file realm", "collector", "anonymous", "incomplete", "serverless")):
        case "kibana":
            fields["kibana_roles"] = FrozenMap({n: kibana_role(d) for n, d in roles.items()})
        case "kibana only":
            shape: ErrorShape = draw(choice(*_SHAPES))
            fields["kibana_roles"] = FrozenMap({n: kibana_role(d, error_shape=shape) for n, d in roles.items()})
            fields["roles"] = NOT_EXPORTED
        case "file realm":
            fields["file_realm_announced"] = True
            fields["file_users"] = Users([draw(users(roles=known))])
            fields["file_roles"] = FrozenMap(draw(named(("r1", "r5"))))
        case "collector":
            fields["collector"] = Collector("exporter", ("superuser",) if draw(choice(True, False)) else ("r1",))
        case "anonymous":
            defaults = FrozenMap({"xpack.security.authc.anonymous.roles": draw(choice(*_ANONYMOUS))})
            fields["cluster_settings"] = ClusterSettings(defaults=defaults)
        case "incomplete":
            fields["incomplete"] = frozenset(draw(subset(_INCOMPLETE, 1, 2)))
        case _:
            fields["build_flavor"] = "serverless" if draw(one_in(3)) else "default"
    return fields


@cache
def deployments(*, hostile: bool = True) -> st.SearchStrategy[Deployment]:
    """Everything exported from a small Elasticsearch and its Kibana. With `hostile`, parts may be missing."""
    return _deployments(hostile)


# -- questions -------------------------------------------------------------------------------------------------------

_INTERFACES: tuple[Interface, ...] = ("kibana", "kibana", "kibana", "api", "dev_tools")
_KINDS: tuple[Literal["anomaly-detector", "data-frame-analytics"], ...] = (ANOMALY, ANALYTICS)


@st.composite
def _questions(draw: st.DrawFn, deployment: Deployment, hostile: bool) -> Question:
    fields: dict[str, Any] = {"interface": draw(choice(*_INTERFACES))}
    keys = deployment.api_keys
    listed = tuple(deployment.users) if isinstance(deployment.users, Users) else ()
    if isinstance(keys, FrozenMap) and keys and draw(one_in(2)):
        fields["api_key"] = draw(choice(*keys))
    elif draw(one_in(6)):
        fields["user"] = draw(identities())
    elif hostile and draw(one_in(30)):
        fields["user"] = draw(choice("nobody", "_anonymous"))
    else:
        fields["user"] = draw(choice(*(listed or words.USERS)))
    if fields["interface"] == "kibana":
        ids = tuple(deployment.spaces) if isinstance(deployment.spaces, FrozenMap) else words.SPACES
        fields["space"] = draw(choice(None, *ids))
        if hostile and draw(one_in(40)):
            fields["space"] = "elsewhere"
    jobs = _names((deployment.jobs, deployment.analytics), JOBS)
    models = _names((deployment.trained_models,), MODELS)
    match draw(choice("nothing", "job", "job", "sources", "destinations", "model")):
        case "job" if jobs:
            fields["job"] = draw(choice(*jobs))
            if hostile and draw(one_in(5)):
                fields["job_type"] = draw(choice(*_KINDS))
        case "model" if models:
            fields["model"] = draw(choice(*models))
        case "sources":
            fields["sources"] = draw(some(words.EXPRESSIONS, hostile, least=1))
        case "destinations":
            fields["destinations"] = draw(some(words.EXPRESSIONS, hostile, least=1))
        case _:
            if hostile and draw(one_in(30)):
                fields["job"] = "elsewhere"
    if hostile and draw(one_in(20)):
        fields["at"] = words.LATER
    return attrs.evolve(Question(), **fields)


def _names(parts: tuple[Part[Mapping[str, object]], ...], otherwise: tuple[str, ...]) -> tuple[str, ...]:
    """The ids that the parts hold; where one was not exported, also ids that it may hold."""
    found: dict[str, None] = {}
    for part in parts:
        found |= dict.fromkeys(otherwise if isinstance(part, NotExported) else part)
    return tuple(found)


def questions(deployment: Deployment, *, hostile: bool = True) -> st.SearchStrategy[Question]:
    """A question about a deployment: mostly about names that it knows."""
    return _questions(deployment, hostile)


@st.composite
def _worlds(draw: st.DrawFn, hostile: bool) -> World:
    deployment = draw(deployments(hostile=hostile))
    return World(deployment, draw(questions(deployment, hostile=hostile)))


@cache
def worlds(*, hostile: bool = True) -> st.SearchStrategy[World]:
    """A deployment with one question about it."""
    return _worlds(hostile)
