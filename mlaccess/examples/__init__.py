"""Example deployments that ship with mlaccess: invented, complete, and used by the tutorial and the tests."""

from pathlib import Path

__all__ = ["path"]

_HERE = Path(__file__).parent


def path(name: str = "acme") -> Path:
    """The folder of an example's exports, ready for `mlaccess.load`. Raises `LookupError` for an unknown name."""
    folder = _HERE / name / "export"
    if "/" in name or "\\" in name or not folder.is_dir():
        known = ", ".join(sorted(f"`{p.parent.name}`" for p in _HERE.glob("*/export")))
        raise LookupError(f"no example `{name}`; there is {known}")
    return folder
