"""What the laws share: answers as values that can be compared, and deployments rewritten piece by piece."""

from collections.abc import Callable, Mapping
from typing import Any

import attrs
from hypothesis import HealthCheck, settings

from mlaccess import AccessLevel, Resolver, UnknownNameError, Verdict
from mlaccess.stack import Deployment, FrozenMap, RoleDescriptor, User, Users
from mlaccess.testing.worlds import World

__all__ = ["LAW", "Answer", "answer", "every_role", "is_plain", "rewrite", "with_roles", "with_users"]

LAW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@attrs.frozen
class Answer:
    """Level, ceiling, and the verdicts on full, read-only and upload; `placed` False where a name does not exist."""

    placed: bool = True
    level: AccessLevel = AccessLevel.NONE
    ceiling: AccessLevel = AccessLevel.NONE
    verdicts: tuple[Verdict, ...] = ()

    def at_least(self, other: "Answer") -> bool:
        """Whether nothing is lower than in another answer."""
        return (
            self.level >= other.level
            and self.ceiling >= other.ceiling
            and all(a >= b for a, b in zip(self.verdicts, other.verdicts, strict=True))
        )

    def within(self, whole: "Answer") -> bool:
        """Whether each verdict is that of the whole answer, or unknown."""
        return all(a in (b, Verdict.UNKNOWN) for a, b in zip(self.verdicts, whole.verdicts, strict=True))


def answer(world: World) -> Answer:
    """The answer to a world's question."""
    try:
        access = world.question.access(Resolver(world.deployment))
    except UnknownNameError:
        return Answer(placed=False)
    verdicts = (access.full.verdict, access.read_only.verdict, access.upload.verdict)
    return Answer(True, access.level, access.ceiling, verdicts)


def rewrite(value: Any, change: Callable[[Any], Any]) -> Any:
    """A value with `change` applied to every piece of it, innermost first."""
    if isinstance(value, Users):
        value = Users([rewrite(value[name], change) for name in value])
    elif isinstance(value, Mapping):
        value = FrozenMap({rewrite(k, change): rewrite(v, change) for k, v in value.items()})
    elif isinstance(value, tuple | frozenset):
        value = type(value)([rewrite(v, change) for v in value])
    elif attrs.has(type(value)):
        fields = attrs.fields(type(value))
        value = attrs.evolve(value, **{f.alias: rewrite(getattr(value, f.name), change) for f in fields})
    return change(value)


def every_role(deployment: Deployment) -> list[RoleDescriptor]:
    """Every descriptor of a deployment, those of API keys included."""
    found: list[RoleDescriptor] = []

    def note(value: Any) -> Any:
        if isinstance(value, RoleDescriptor):
            found.append(value)
        return value

    rewrite(deployment, note)
    return found


def is_plain(deployment: Deployment) -> bool:
    """Whether names of index entries are literals or `*` patterns, and no role uses a licensed feature."""
    return all(
        not role.uses_dls_or_fls
        and all(not n.startswith("/") and "?" not in n and "\\" not in n for g in role.indices for n in g.names)
        for role in every_role(deployment)
    )


def with_roles(deployment: Deployment, change: Callable[[RoleDescriptor], RoleDescriptor]) -> Deployment:
    """A deployment in which every role is changed, wherever it is defined."""
    return rewrite(deployment, lambda v: change(v) if isinstance(v, RoleDescriptor) else v)


def with_users(deployment: Deployment, change: Callable[[User], User]) -> Deployment:
    """A deployment in which every user is changed."""
    return rewrite(deployment, lambda v: change(v) if isinstance(v, User) else v)
