"""What a generated test is about: a deployment with one question about it. Small, readable, and askable."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

import attrs

from mlaccess.catalog.documented import Interface
from mlaccess.resolver import Access, Decision, Resolver
from mlaccess.resolver.enforced import EnforcedDecision
from mlaccess.resolver.questions import JobType
from mlaccess.stack import Deployment, FrozenMap, Identity, Users

__all__ = ["Question", "World"]


@attrs.frozen
class Question:
    """The arguments of `Resolver.access`, as one value. Exactly one of `user` and `api_key` is set."""

    user: str | Identity | None = None
    api_key: str | None = None
    interface: Interface = "kibana"
    space: str | None = None
    job: str | None = None
    job_type: JobType | None = None
    model: str | None = None
    sources: tuple[str, ...] | None = None
    destinations: tuple[str, ...] | None = None
    at: datetime | None = None

    def access(self, resolver: Resolver) -> Access:
        """The answer on the documented levels. Raises `UnknownNameError` where the question names nothing known."""
        return resolver.access(
            self.user,
            api_key=self.api_key,
            interface=self.interface,
            space=self.space,
            job=self.job,
            job_type=self.job_type,
            model=self.model,
            sources=self.sources,
            destinations=self.destinations,
            at=self.at,
        )

    def can(self, resolver: Resolver, what: str, *, index: Iterable[str] = ()) -> EnforcedDecision:
        """The answer on a capability, an operation or a raw action, asked of the same caller in the same place."""
        return resolver.can(
            self.user,
            what,
            api_key=self.api_key,
            space=self.space,
            job=self.job,
            job_type=self.job_type,
            model=self.model,
            sources=self.sources,
            index=index,
            at=self.at,
        )


@attrs.frozen(repr=False)
class World:
    """A deployment and a question about it."""

    deployment: Deployment
    question: Question

    def access(self) -> Access:
        """The answer, by a fresh resolver."""
        return self.question.access(Resolver(self.deployment))

    def decisions(self) -> tuple[Decision, Decision, Decision]:
        """Full, read-only and upload, each with its verdict."""
        access = self.access()
        return access.full, access.read_only, access.upload

    def __repr__(self) -> str:
        """Every field that is not its default: what a failing example shows."""
        return f"{_told(self.question)}\n{_told(self.deployment)}"


def _told(value: object) -> str:
    """A value in short: nouns without the fields that have their default."""
    if isinstance(value, Users):
        return f"Users([{', '.join(_told(value[name]) for name in value)}])"
    if isinstance(value, FrozenMap):
        pairs = cast("FrozenMap[object, object]", value).items()
        return "FrozenMap({" + ", ".join(f"{k!r}: {_told(v)}" for k, v in pairs) + "})"
    if isinstance(value, tuple):
        items = [_told(v) for v in cast("tuple[object, ...]", value)]
        return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
    type_ = type(value)
    if attrs.has(type_):
        fields = [f for f in attrs.fields(type_) if f.repr]
        told = [(f.name, getattr(value, f.name), f.default) for f in fields]
        shown = [f"{name}={_told(v)}" for name, v, default in told if v != default]
        return f"{type_.__name__}({', '.join(shown)})"
    return repr(value)
