"""What would be: changes applied to a deployment, and the difference they make."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property

import attrs

from mlaccess.catalog.documented import Interface
from mlaccess.resolver import Resolver
from mlaccess.resolver.definitions import check_roles
from mlaccess.stack import Deployment, Identity

from .changes import AddRole, Change, apply_all
from .diff import Diff, diff

__all__ = ["WhatIf", "what_if"]


@attrs.frozen(eq=False)
class WhatIf:
    """A deployment with changes made to it. `resolver` answers questions about it as about any other."""

    before: Resolver
    changes: tuple[Change, ...]
    deployment: Deployment
    at: datetime | None = None

    @cached_property
    def resolver(self) -> Resolver:
        """The resolver of the deployment after the changes."""
        return Resolver(self.deployment)

    @cached_property
    def diff(self) -> Diff:
        """Every cell that the changes make differ."""
        return self.compare()

    def compare(
        self,
        *,
        users: Iterable[str] | None = None,
        identities: Iterable[Identity] = (),
        spaces: Iterable[str] | None = None,
        jobs: Iterable[str] | None = None,
        interfaces: Sequence[Interface] = ("kibana", "api"),
        capabilities: Iterable[str] | None = None,
    ) -> Diff:
        """The cells that the changes make differ, among those asked."""
        return diff(
            self.before,
            self.resolver,
            users=users,
            identities=identities,
            spaces=spaces,
            jobs=jobs,
            interfaces=interfaces,
            capabilities=capabilities,
            at_after=self.at,
        )

    def __str__(self) -> str:
        said = [*map(str, self.changes), *([f"ask at {self.at.isoformat()}"] if self.at is not None else [])]
        return ", ".join(said) or "nothing changed"


def what_if(before: Deployment | Resolver, *changes: Change, at: datetime | None = None) -> WhatIf:
    """Changes made to a deployment, in order; `at` moves the clock of the later side, past a licence's end say.

    Raises `UnknownNameError` for a name that is not there, `NotApplicable` where a change cannot be shown.
    """
    for change in changes:
        if not hasattr(change, "apply"):
            raise TypeError(f"a change of `mlaccess.analysis.changes` is expected, found {change!r}")
    resolver = before if isinstance(before, Resolver) else Resolver(before)
    changed = apply_all(resolver.deployment, changes)
    check_roles(changed, [change.role for change in changes if isinstance(change, AddRole)])
    return WhatIf(resolver, changes, changed, at)
