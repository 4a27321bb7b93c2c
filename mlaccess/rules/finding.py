"""What a judge finds about one fact: a verdict, a code that says why, and the evidence. No sentences: see `render`."""

from typing import NamedTuple, TypeAlias

from mlaccess.stack.made import made
from mlaccess.stack.origin import Origin
from mlaccess.stack.values import FrozenMap

from .verdict import Verdict

__all__ = ["Evidence", "Finding", "Value"]

Value: TypeAlias = "str | int | bool | tuple[str, ...]"


# Named tuples: a dozen are made for an answer, and a frozen class of attrs takes twice as long to make.


class Evidence(NamedTuple):
    """One thing in the export that the finding rests on."""

    kind: str
    """`role`, `grant`, `user`, `mapping`, `api_key`, `license`, `node`, `setting`, `space`, `data_view`, `assignment`,
    `privilege`, `catalogue`, `absence`."""
    name: str = ""
    detail: str = ""
    origin: Origin | None = None


class Finding(NamedTuple):
    """A verdict on a fact with its reason. `code` names the reason, `values` fill it in, `evidence` proves it.

    On a denial, `near` holds the nearest miss: what exists and falls short.
    """

    verdict: Verdict
    code: str
    values: FrozenMap[str, Value] = FrozenMap()
    evidence: tuple[Evidence, ...] = ()
    near: tuple[Evidence, ...] = ()

    @classmethod
    def of(cls, verdict: Verdict, code: str, evidence: tuple[Evidence, ...] = (), **values: Value) -> "Finding":
        """A finding with values given by name, in this order."""
        return made(cls, (verdict, code, FrozenMap(values), evidence, ()))
