"""A rule about a space and a job as factors: what depends on the space alone, on the job alone, and on both.

Whole populations, spaces and jobs have more cells than anyone can visit, but few factors. Nothing here knows what the
rules say: the parts of a conjunction are told apart by the facts in them.
"""

from collections.abc import Callable, Hashable

import attrs

from mlaccess.catalog.documented import Level, Target, level_rule
from mlaccess.rules import AllOf, AnyOf, Ask, Rule, Verdict, facts_of
from mlaccess.rules.facts import AssignedToSpace, DataViewCovers, Fact, KibanaAction, KibanaFeature, MlVisible
from mlaccess.stack import Deployment, NotExported

__all__ = ["ANY_SPACE", "Factors", "factors", "in_space", "level_factors", "view_titles", "whereabouts"]

ANY_SPACE = "\U0010ffff any space"
"""Stands for the space in a rule whose space is left open. No space has this id."""

_PLACED = (AssignedToSpace, DataViewCovers, KibanaAction, KibanaFeature, MlVisible)
"""Facts about a space."""


@attrs.frozen
class Factors:
    """A conjunction, taken apart. `space` and `both` are about `ANY_SPACE`."""

    space: Rule
    """About the caller in a space, whatever the job."""
    job: Rule
    """About the caller and a job, whatever the space."""
    both: tuple[Rule, ...]
    """About a job in a space, whoever the caller."""


def factors(rule: Rule) -> Factors:
    """The factors of a rule about `ANY_SPACE`."""
    space: list[Rule] = []
    job: list[Rule] = []
    both: list[Rule] = []
    _sort(rule, space, job, both)
    return Factors(AllOf(tuple(space)), AllOf(tuple(job)), tuple(both))


def level_factors(level: Level, target: Target) -> Factors:
    """The factors of the rule of full or read-only access in Kibana."""
    return factors(level_rule(level, "kibana", ANY_SPACE, target))


def _sort(rule: Rule, space: list[Rule], job: list[Rule], both: list[Rule]) -> None:
    if isinstance(rule, AllOf):
        for part in rule.parts:
            _sort(part, space, job, both)
        return
    placed = [fact for fact in facts_of(rule) if isinstance(fact, _PLACED) and fact.space == ANY_SPACE]
    if not placed:
        job.append(rule)
    elif any(isinstance(fact, AssignedToSpace | DataViewCovers) for fact in placed):
        both.append(rule)
    else:
        space.append(rule)


def in_space(rule: Rule, space: str) -> Rule:
    """A rule about `ANY_SPACE`, asked about one space."""
    if isinstance(rule, Ask):
        fact = rule.fact
        if not isinstance(fact, _PLACED) or fact.space != ANY_SPACE:
            return rule
        return Ask(fact._replace(space=space), rule.sentence)
    parts = tuple(in_space(part, space) for part in rule.parts)
    kind = AllOf if isinstance(rule, AllOf) else AnyOf
    return kind(parts, rule.title, rule.sentence)


def view_titles(deployment: Deployment, space: str) -> Hashable:
    """What the data views of a space say, equal for spaces in which they say the same."""
    views = deployment.data_views
    here = views if isinstance(views, NotExported) else views.get(space)
    return None if here is None or isinstance(here, NotExported) else tuple(v.title for v in here)


def whereabouts(
    deployment: Deployment, decide: Callable[[Fact], Verdict], target: Target
) -> tuple[dict[str, Verdict], Verdict]:
    """Where a job or model is: verdicts on the spaces that its assignment tells apart, and the one on all others."""
    if not target.id:
        return {}, Verdict.GRANTED
    part = deployment.model_spaces if target.kind == "trained-model" else deployment.job_spaces

    def ask(space: str) -> Verdict:
        return decide(AssignedToSpace(target.kind, target.id, space))

    elsewhere = ask(ANY_SPACE)
    if isinstance(part, NotExported):
        return {}, elsewhere
    kinds = ("anomaly-detector", "data-frame-analytics") if target.kind == "job" else (target.kind,)
    listed = [part.of(kind).get(target.id) for kind in kinds]
    # An unlisted job is judged by every space that occurs in the export, a listed one by its own.
    named = dict.fromkeys(s for spaces in listed for s in (sorted(part.spaces) if spaces is None else spaces))
    found = {space: ask(space) for space in named}
    return {space: verdict for space, verdict in found.items() if verdict is not elsewhere}, elsewhere
