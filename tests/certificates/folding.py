"""Forging with care: a certificate changed in one place, and everything that follows from it changed along."""

from typing import Any

__all__ = ["refolded"]

VERDICTS = ("denied", "unknown", "granted")
LEVELS = ("none", "upload", "read-only", "full")


def refolded(body: dict[str, Any]) -> dict[str, Any]:
    """The certificate with every verdict above its leaves, and the answer, as the leaves give them."""

    def fold(tree: dict[str, Any]) -> int:
        if "leaf" in tree:
            return VERDICTS.index(body["leaves"][tree["leaf"]]["verdict"])
        key = "all_of" if "all_of" in tree else "any_of"
        parts = [fold(part) for part in tree[key]]
        found = (min(parts, default=2)) if key == "all_of" else max(parts, default=0)
        tree["verdict"] = VERDICTS[found]
        return found

    trees = {name: fold(tree) for name, tree in body["trees"].items()}
    ranks = [2, trees["upload-level"], trees["read-only"], trees["full"]]
    level, ceiling = (max(i for i, rank in enumerate(ranks) if rank >= least) for least in (2, 1))
    wanted = LEVELS.index(body["question"]["at_least"])
    reached = "granted" if level >= wanted else "unknown" if ceiling >= wanted else "denied"
    body["answer"] = {
        "level": LEVELS[level],
        "ceiling": LEVELS[ceiling],
        "can_upload": VERDICTS[trees["upload"]],
        "at_least": reached,
    }
    return body
