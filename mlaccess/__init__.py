"""mlaccess: who can do what with machine learning in an Elastic deployment, offline and with the reasons.

>>> from mlaccess import load, Resolver
>>> resolver = Resolver(load("export/"))                          # doctest: +SKIP
>>> print(resolver.access("ana", space="sales").explanation)      # doctest: +SKIP
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlaccess.analysis.diff import diff
    from mlaccess.analysis.exposure import exposure
    from mlaccess.analysis.fixes import fixes
    from mlaccess.analysis.lint import lint
    from mlaccess.analysis.matrix import matrix
    from mlaccess.analysis.totals import totals
    from mlaccess.analysis.what_if import what_if
    from mlaccess.analysis.who_can import who_can
    from mlaccess.checker import verify
    from mlaccess.errors import LoadError, MlAccessError, PatternError, RequestError, UnknownNameError
    from mlaccess.loaders import load
    from mlaccess.render.certificate import certify
    from mlaccess.resolver import Access, AccessLevel, Decision, Resolver
    from mlaccess.rules import Explanation, Verdict
    from mlaccess.stack import Deployment, Identity, NotExported

__version__ = "0.1.0"

# Where each public name lives. Rooms load when a name is first used, so that importing mlaccess does no work.
_DOOR = {
    "Access": "mlaccess.resolver",
    "AccessLevel": "mlaccess.resolver",
    "Decision": "mlaccess.resolver",
    "Deployment": "mlaccess.stack",
    "Explanation": "mlaccess.rules",
    "Identity": "mlaccess.stack",
    "LoadError": "mlaccess.errors",
    "MlAccessError": "mlaccess.errors",
    "NotExported": "mlaccess.stack",
    "PatternError": "mlaccess.errors",
    "RequestError": "mlaccess.errors",
    "Resolver": "mlaccess.resolver",
    "UnknownNameError": "mlaccess.errors",
    "Verdict": "mlaccess.rules",
    "certify": "mlaccess.render.certificate",
    "diff": "mlaccess.analysis",
    "exposure": "mlaccess.analysis",
    "fixes": "mlaccess.analysis",
    "lint": "mlaccess.analysis",
    "load": "mlaccess.loaders",
    "matrix": "mlaccess.analysis",
    "totals": "mlaccess.analysis",
    "verify": "mlaccess.checker",
    "what_if": "mlaccess.analysis",
    "who_can": "mlaccess.analysis",
}

__all__ = [
    "Access",
    "AccessLevel",
    "Decision",
    "Deployment",
    "Explanation",
    "Identity",
    "LoadError",
    "MlAccessError",
    "NotExported",
    "PatternError",
    "RequestError",
    "Resolver",
    "UnknownNameError",
    "Verdict",
    "certify",
    "diff",
    "exposure",
    "fixes",
    "lint",
    "load",
    "matrix",
    "totals",
    "verify",
    "what_if",
    "who_can",
]


def __getattr__(name: str) -> object:
    room = _DOOR.get(name)
    if room is None:
        raise AttributeError(f"module `mlaccess` has no attribute `{name}`")
    from importlib import import_module

    found: object = getattr(import_module(room), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
