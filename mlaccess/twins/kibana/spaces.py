"""`GET /api/spaces/space` offline, and what a space's hidden features take out of the interface.

In elastic/kibana, `x-pack/platform/plugins/shared/`: `spaces/server/capabilities/capabilities_switcher.ts`
@ 265d1e29fc76, `security/server/authorization/mode.ts`, and the secure wrapper of the spaces client.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import attrs

from mlaccess.catalog.kibana_features import FeatureLike
from mlaccess.permission.kibana import effective_disabled_features
from mlaccess.rules.verdict import Verdict
from mlaccess.stack.kibana import Space

from .answer import FORBIDDEN, Answer, boolean

__all__ = ["EntryState", "get_spaces", "security_switcher", "served_space", "space_switcher", "uses_rbac"]

EntryState = Mapping[str, bool]
"""Capabilities by dotted path: `navLinks.ml`, `catalogue.ml`, `management.kibana.objects`, `ml.canGetJobs`."""


def get_spaces(spaces: Mapping[str, Mapping[str, object]], may_enter: Callable[[str], Verdict]) -> Answer:
    """The spaces a caller may enter, by their bodies; a caller who may enter none is refused.

    Where entering a space is unknown, the space is left out and the status is None: the list may be longer.
    """
    verdicts = {id_: may_enter(id_) for id_ in spaces}
    seen = [dict(spaces[id_]) for id_, verdict in verdicts.items() if verdict is Verdict.GRANTED]
    sure = Verdict.UNKNOWN not in verdicts.values()
    if not seen and sure:
        return FORBIDDEN
    return Answer(200 if sure else None, list[object](seen))


def served_space(
    space: Space, features: Iterable[FeatureLike] | None = None, *, serverless: bool = False
) -> dict[str, object]:
    """How the API shows a space that is stored like this: with the features it hides in effect.

    Serverless has neither solution views nor features hidden by hand.
    """
    body: dict[str, object] = {"id": space.id, "name": space.name}
    if serverless:
        return {**body, "disabledFeatures": []}
    body["disabledFeatures"] = list(effective_disabled_features(space, features))
    if space.solution is not None:
        body["solution"] = space.solution
    return body


@attrs.frozen
class _Entries:
    app: frozenset[str]
    catalogue: frozenset[str]
    management: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, features: Iterable[FeatureLike]) -> "_Entries":
        found = tuple(features)
        return cls(
            frozenset(a for f in found for a in f.app),
            frozenset(c for f in found for c in f.catalogue),
            frozenset(m for f in found for m in f.management),
        )


def security_switcher(
    capabilities: EntryState, features: Iterable[FeatureLike], has_action: Callable[[str], Verdict]
) -> dict[str, bool | None]:
    """The capabilities after the security switcher: each needs its `ui:` action at the space, in three values.

    Navigation links of applications that no feature declares (`management`) are left alone.
    """
    applications = {a for f in features for a in f.app}
    result: dict[str, bool | None] = {}
    for path, value in capabilities.items():
        bucket, _, rest = path.partition(".")
        if not value or (bucket == "navLinks" and rest not in applications):
            result[path] = value
        else:
            result[path] = boolean(has_action(f"ui:{bucket}/{rest.replace('.', '/')}"))
    return result


def space_switcher(
    capabilities: Mapping[str, bool | None],
    features: Iterable[FeatureLike],
    disabled: Iterable[str],
    *,
    authenticated_route: bool = True,
    default_capabilities: bool = False,
) -> dict[str, bool | None]:
    """The capabilities after the spaces switcher: everything of a hidden feature goes.

    Its applications, catalogue and management entries stay where an enabled feature that is not deprecated has them
    too. Routes without authentication and requests for default capabilities are left alone.
    """
    result = dict(capabilities)
    hidden = frozenset(disabled)
    registered = tuple(features)
    if not hidden or not authenticated_route or default_capabilities:
        return result
    off = _Entries.of(f for f in registered if f.id in hidden)
    kept = _Entries.of(f for f in registered if f.id not in hidden and not f.deprecated)
    gone = {f"navLinks.{a}" for a in off.app - kept.app}
    gone |= {f"catalogue.{c}" for c in off.catalogue - kept.catalogue}
    gone |= {f"management.{s}.{e}" for s, e in off.management - kept.management}
    ids = {f.id for f in registered if f.id in hidden}
    for path in result:
        if path in gone or path.partition(".")[0] in ids:
            result[path] = False
    return result


def uses_rbac(licence_allows: Sequence[bool]) -> tuple[bool, ...]:
    """Whether roles are looked at, asked several times within one request: the first answer is kept."""
    return tuple(licence_allows[0] for _ in licence_allows)
