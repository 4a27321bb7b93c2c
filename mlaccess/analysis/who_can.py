"""Who can: every listed user who reaches a level, or whom the code lets do something, with the reason on demand."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import attrs

from mlaccess.catalog.documented import Interface, Target, headline_rule, level_rules
from mlaccess.errors import UnknownNameError
from mlaccess.resolver import AccessLevel, Decision, Resolver
from mlaccess.resolver.enforced import EnforcedDecision, enforced_question
from mlaccess.resolver.questions import JobType, check_interface, check_names, check_space, find_target
from mlaccess.rules import AnyOf, Rule

from .census import Census

__all__ = ["WhoCan", "at_least", "who_can"]


@attrs.frozen(eq=False)
class WhoCan:
    """The users who certainly can, and those who possibly can and are not certain to, in the order of the export."""

    certain: tuple[str, ...]
    possible: tuple[str, ...]
    asked: int
    """How many users were asked about: all that the export lists."""
    reason: Callable[[str], "Decision | EnforcedDecision"] = attrs.field(repr=False)
    """The decision on one listed user, with its explanation. Raises `UnknownNameError` for any other."""


def who_can(
    resolver: Resolver,
    what: AccessLevel | str,
    *,
    space: str | None = None,
    job: str | None = None,
    job_type: JobType | None = None,
    model: str | None = None,
    sources: Iterable[str] | None = None,
    interface: Interface = "kibana",
    at: datetime | None = None,
    census: Census | None = None,
) -> WhoCan:
    """Who of the listed users has at least a level, or can do what `Resolver.can` is asked about.

    `what` is a level (`AccessLevel.FULL`, `"read-only"`), a capability, an API or a request. Callers whom no export
    lists, such as identities of external realms, are not among the answers. A `census` of the same resolver and
    moment spares counting again. Raises `UnknownNameError` for names that certainly do not exist, and `ValueError`
    for `AccessLevel.NONE`, which everyone has.
    """
    check_interface(interface)
    check_names(sources=sources)
    counted = census if census is not None else Census(resolver, at)
    level = _level(what)
    about: dict[str, Any] = {"job": job, "job_type": job_type, "model": model}
    about["sources"] = None if sources is None else tuple(sources)
    target = find_target(resolver.deployment, **about)
    if level is None:
        place = space or "default"
        check_space(resolver.deployment, place)
        name = str(what)
        rule = enforced_question(name, space=place, target=target, profile=resolver.profile, index=()).rule

        def decide(user: str) -> Decision | EnforcedDecision:
            return resolver.can(user, name, space=place, **about, at=at)
    else:
        reached = level
        place = (space or "default") if interface == "kibana" else ""
        check_space(resolver.deployment, place or space or "default")
        rule = at_least(reached, interface, place, target)

        def decide(user: str) -> Decision | EnforcedDecision:
            access = resolver.access(user, interface=interface, space=space, **about, at=at)
            best = access.level if access.level >= reached else max(access.ceiling, reached)
            return access.decision(best)

    def reason(user: str) -> Decision | EnforcedDecision:
        if user not in counted.names:
            raise UnknownNameError("user", user, counted.names, where="among the listed users")
        return decide(user)

    found = counted.population(rule)
    certain = tuple(counted.named(found.granted))
    possible = tuple(counted.named(found.possible & ~found.granted))
    return WhoCan(certain, possible, counted.users.size, reason)


def at_least(level: AccessLevel, interface: Interface, space: str, target: Target) -> Rule:
    """The rule of reaching a level or a better one. Raises `ValueError` for `NONE`."""
    if level is AccessLevel.NONE:
        raise ValueError("everyone reaches `none`")
    rules = level_rules(interface, space, target)
    parts = [rules.full]
    if level <= AccessLevel.READ_ONLY:
        parts.append(rules.read_only)
    if level <= AccessLevel.UPLOAD and interface == "kibana":
        parts.append(headline_rule(rules.upload, interface, space, target))
    return AnyOf(tuple(parts), title=f"at least {level.word}")


def _level(what: AccessLevel | str) -> AccessLevel | None:
    try:
        return AccessLevel.of(what)
    except ValueError:
        return None
