"""TEXT: answers as sentences, explanations as trees. Nothing here decides; it only chooses words."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs

from mlaccess.render.words import asked, evidence_text, found_of
from mlaccess.rules import AllOf, AnyOf, Ask, Explanation, Verdict

if TYPE_CHECKING:
    from mlaccess.resolver import Access, Decision

__all__ = [
    "ASCII_MARKS",
    "MARKS",
    "Line",
    "access_sentence",
    "decision_sentence",
    "explanation_lines",
    "explanation_text",
]

MARKS = {Verdict.GRANTED: "✓", Verdict.UNKNOWN: "?", Verdict.DENIED: "✗"}
ASCII_MARKS = {Verdict.GRANTED: "+", Verdict.UNKNOWN: "?", Verdict.DENIED: "-"}

_EVIDENCE_SHOWN = 4

_PLAINLY_GRANTED = {"kibana.feature_granted", "kibana.action_granted", "index.granted", "cluster.granted"}
"""Findings that would only repeat what was asked; the evidence below them says the rest."""


@attrs.frozen
class Line:
    """One line of a tree: what stands before the mark, the verdict (None on lines of evidence), and the text."""

    lead: str
    verdict: Verdict | None
    text: str


def explanation_text(explanation: Explanation, *, marks: dict[Verdict, str] = MARKS) -> str:
    """The evaluated tree, one requirement a line, with evidence below each."""
    return "\n".join(
        f"{line.lead}{marks[line.verdict]} {line.text}" if line.verdict is not None else f"{line.lead}{line.text}"
        for line in explanation_lines(explanation)
    )


def explanation_lines(explanation: Explanation) -> Iterator[Line]:
    """The lines of a tree, for windows that colour them."""
    yield from _lines(explanation, "", "")


def _lines(node: Explanation, lead: str, below: str) -> Iterator[Line]:
    yield Line(lead, node.verdict, _label(node))
    if node.finding is not None:
        # Lines of evidence stand under the text, past the mark.
        yield from (Line(below + "    ", None, text) for text in _proof(node))
        return
    last = len(node.parts) - 1
    for i, part in enumerate(node.parts):
        elbow, line = ("└── ", "    ") if i == last else ("├── ", "│   ")
        yield from _lines(part, below + elbow, below + line)


def _label(node: Explanation) -> str:
    rule = node.rule
    sentence = f" [{rule.sentence}]" if rule.sentence else ""
    if isinstance(rule, Ask):
        plainly = node.finding is not None and node.finding.code in _PLAINLY_GRANTED
        return f"{asked(rule.fact)}{sentence}: {'granted' if plainly else found_of(node)}"
    default = "all of" if isinstance(rule, AllOf) else "any of"
    title = rule.title or default
    if isinstance(rule, AnyOf) and len(rule.parts) > 1 and rule.title != "access":
        return f"{title}{sentence} (one is enough)"
    return f"{title}{sentence}: {node.verdict.word}"


def _proof(node: Explanation) -> Iterator[str]:
    finding = node.finding
    assert finding is not None
    shown = [evidence_text(e) for e in finding.evidence]
    yield from _first(list(dict.fromkeys(t for t in shown if t)))
    if finding.near and finding.verdict is not Verdict.GRANTED:
        near = list(dict.fromkeys(evidence_text(e) for e in finding.near))
        yield from (f"nearest: {text}" for text in _first(near))


def _first(texts: list[str]) -> list[str]:
    more = len(texts) - _EVIDENCE_SHOWN
    return texts if more <= 0 else [*texts[:_EVIDENCE_SHOWN], f"and {more} more"]


def decision_sentence(decision: "Decision") -> str:
    """One sentence: what was asked, the verdict, and the first reason."""
    reason = first_reason(decision)
    return f"{decision.question} is {decision.verdict.word}" + (f": {reason}" if reason else "")


def first_reason(decision: "Decision") -> str:
    """The first fact that the verdict hangs on."""
    decisive = decision.explanation.decisive()
    if decision.verdict is Verdict.GRANTED:
        decisive = tuple(leaf for leaf in decisive if _is_privilege(leaf)) or decisive
    reason = found_of(decisive[0]) if decisive else ""
    if decision.verdict is not Verdict.GRANTED and decision.only_gates_fail:
        return f"not a permission problem: {reason}"
    return reason


def _is_privilege(leaf: Explanation) -> bool:
    finding = leaf.finding
    return finding is not None and finding.code.startswith(("kibana.", "cluster.", "index.", "security."))


def access_sentence(access: "Access") -> str:
    """One sentence: who has which level, where, to what, and the first reason why, and why not more."""
    from mlaccess.resolver import AccessLevel

    where = f" in space `{access.space}`" if access.space else " on the APIs"
    if access.interface == "dev_tools":
        where = " in Dev Tools"
    what = f" to `{access.target.id}`" if access.target.id else ""
    name = "no" if access.level is AccessLevel.NONE else access.level.word
    head = f"`{access.user}` has {name} access{what}{where}"
    if access.level is AccessLevel.FULL:
        return f"{head}: {first_reason(access.full)}"
    above = _next_above(access)
    if access.certain:
        if access.level is AccessLevel.NONE:
            return f"{head}: {first_reason(access.read_only)}"
        return f"{head}, not more: {first_reason(above)}"
    return f"{head} for certain, {access.ceiling.word} at most: {first_reason(access.decision(access.ceiling))}"


def _next_above(access: "Access") -> "Decision":
    from mlaccess.resolver import AccessLevel

    return access.full if access.level is AccessLevel.READ_ONLY else access.read_only
