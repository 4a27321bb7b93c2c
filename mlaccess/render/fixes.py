"""Fixes in words and as JSON."""

from mlaccess.analysis.fix_cost import Reach
from mlaccess.analysis.fixes import Fix, Fixes, Need
from mlaccess.analysis.requests import ApiRequest
from mlaccess.render.words import asked, found
from mlaccess.stack import thaw

__all__ = ["effect_words", "fixes_json", "need_words", "reach_words"]

_SHOWN = 5

_REACH = {
    Reach.ASKED: "grants what was asked",
    Reach.NAMED: "reaches other named indices or spaces",
    Reach.EVERYWHERE: "reaches all spaces or all indices",
    Reach.CLUSTER: "grants cluster privileges, which no space confines",
    Reach.ADMINISTRATION: "grants powers that can be turned into any other",
}


def reach_words(fix: Fix) -> str:
    """How far the grants of a fix reach, and which of them nobody asked for."""
    cost = fix.cost
    if not fix.grants and cost.breadth == 0:
        return "puts no privilege into any role"
    extra = f", and brings {_count(cost.excess, 'grant')} that nobody asked for" if cost.excess else ""
    gain = "gains" if cost.others == 1 else "gain"
    others = f"; {_count(cost.others, 'other holder')} of the role {gain} too" if cost.others else ""
    return _REACH[cost.reach] + extra + others


def effect_words(fix: Fix) -> str:
    """What a fix changes besides what was asked: for the caller in the same place, and in other answers."""
    brings, cells = fix.brings, fix.side_effects
    if not (brings or cells):
        return "changes nothing else"
    said: list[str] = []
    if brings:
        said.append(f"brings {', '.join(brings[:_SHOWN])}" + _and_more(len(brings)) + " along")
    if cells:
        callers = sorted({str(c.caller) for c in cells})
        said.append(
            f"changes {_count(len(cells), 'other answer')}: of {', '.join(callers[:_SHOWN])}" + _and_more(len(callers))
        )
    return "; ".join(said)


def _and_more(number: int) -> str:
    return f" and {number - _SHOWN} more" if number > _SHOWN else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def need_words(need: Need) -> str:
    """What is missing, and what would bring it about."""
    change = f"; {need.change}" if need.change is not None else ""
    return f"{asked(need.fact)}: {found(need.finding)}{change}"


def fixes_json(fixes: Fixes) -> dict[str, object]:
    """`schema/fix.json`."""
    return {
        "question": fixes.question,
        "verdict": fixes.verdict.word,
        "only_gates": fixes.only_gates,
        "gates": [_need_json(n) for n in fixes.gates],
        "unsettled": [_need_json(n) for n in fixes.unsettled],
        "fixes": [_fix_json(f) for f in fixes.fixes],
    }


def _need_json(need: Need) -> dict[str, object]:
    return {
        "asks": asked(need.fact),
        "found": found(need.finding),
        "verdict": need.finding.verdict.word,
        "change": None if need.change is None else str(need.change),
    }


def _fix_json(fix: Fix) -> dict[str, object]:
    cost = fix.cost
    return {
        "changes": [str(c) for c in fix.changes],
        "gates": [str(c) for c in fix.gates],
        "grants": [str(g) for g in fix.grants],
        "cost": {
            "gates": cost.gates,
            "reach": cost.reach.name.lower(),
            "others": cost.others,
            "excess": cost.excess,
            "breadth": cost.breadth,
            "means": cost.means.name.lower(),
            "steps": cost.steps,
        },
        "requests": [_request_json(r) for r in fix.requests],
        "brings": list(fix.brings),
        "side_effects": [str(c) for c in fix.side_effects],
    }


def _request_json(request: ApiRequest) -> dict[str, object]:
    return {
        "method": request.method,
        "path": request.path,
        "body": None if request.body is None else thaw(request.body),
        "note": request.note,
    }
