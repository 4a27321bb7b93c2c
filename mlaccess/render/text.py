"""TEXT: answers as sentences, explanations as trees. Nothing here decides; it only chooses words."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs

from mlaccess.catalog.kibana_capabilities import LOGIN
from mlaccess.render.words import asked, evidence_text, found_of
from mlaccess.rules import AllOf, AnyOf, Ask, Explanation, Verdict
from mlaccess.rules.facts import KibanaAction

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
    """One line of a tree: what stands before the mark, the verdict (None on lines of evidence), and the text.

    `hang` stands before what does not fit on the line.
    """

    lead: str
    verdict: Verdict | None
    text: str
    hang: str = ""


def explanation_text(explanation: Explanation, *, marks: dict[Verdict, str] = MARKS) -> str:
    """The evaluated tree, one requirement a line, with evidence below each."""
    return "\n".join(
        f"{line.lead}{marks[line.verdict]} {line.text}" if line.verdict is not None else f"{line.lead}{line.text}"
        for line in explanation_lines(explanation)
    )


def explanation_lines(explanation: Explanation) -> Iterator[Line]:
    """The lines of a tree, for windows that colour them. What stands above already is not printed again."""
    yield from _lines(explanation, "", "", set())


def _lines(node: Explanation, lead: str, below: str, seen: set[Explanation]) -> Iterator[Line]:
    known = node in seen
    seen.add(node)
    if node.finding is not None:
        proof = () if known else tuple(_proof(node))
        yield Line(lead, node.verdict, _label(node), below + "    ")
        # Lines of evidence stand under the text, past the mark.
        yield from (Line(below + "    ", None, text, below + "      ") for text in proof)
        return
    above = ", as above" if known and node.parts else ""
    yield Line(lead, node.verdict, _label(node) + above, below + ("    " if above else "│   "))
    if above:
        return
    last = len(node.parts) - 1
    for i, part in enumerate(node.parts):
        elbow, line = ("└── ", "    ") if i == last else ("├── ", "│   ")
        yield from _lines(part, below + elbow, below + line, seen)


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
    if decision.verdict is Verdict.GRANTED:
        reason += _by_role(decision)
    return f"{decision.question} is {decision.verdict.word}" + (f": {reason}" if reason else "")


def first_reason(decision: "Decision") -> str:
    """The first fact that the verdict hangs on."""
    leaf = _first_leaf(decision)
    reason = found_of(leaf) if leaf is not None else ""
    if decision.verdict is not Verdict.GRANTED and decision.only_gates_fail:
        return f"not a permission problem: {reason}"
    return reason


def _first_leaf(decision: "Decision") -> Explanation | None:
    """The fact to name first: for a yes a privilege, rather than being let in or a gate."""
    decisive = decision.explanation.decisive()
    if decision.verdict is Verdict.GRANTED:
        privileges = [leaf for leaf in decisive if _is_privilege(leaf)]
        decisive = (*(p for p in privileges if not _is_login(p)), *privileges, *decisive)
    return decisive[0] if decisive else None


def _is_login(leaf: Explanation) -> bool:
    return isinstance(leaf.rule, Ask) and isinstance(leaf.rule.fact, KibanaAction) and leaf.rule.fact.action == LOGIN


def _by_role(decision: "Decision") -> str:
    """Which role grants the first reason of a granted decision."""
    leaf = _first_leaf(decision)
    finding = leaf.finding if leaf is not None else None
    if finding is None or finding.code not in {*_PLAINLY_GRANTED, "cluster.action_granted"}:
        return ""
    role = next((e.name for e in finding.evidence if e.kind in ("role", "grant") and e.name), "")
    return f", by role `{role}`" if role else ""


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
    if not access.certain:
        reason = first_reason(access.decision(access.ceiling))
        if access.level is AccessLevel.NONE:
            best = access.ceiling.word
            return f"whether `{access.user}` has access{what}{where} is unknown, at most {best}: {reason}"
        return (
            f"`{access.user}` has at least {access.level.word} access{what}{where}, "
            f"at most {access.ceiling.word}: {reason}"
        )
    name = "no" if access.level is AccessLevel.NONE else access.level.word
    head = f"`{access.user}` has {name} access{what}{where}"
    if access.level is AccessLevel.FULL:
        return f"{head}: {first_reason(access.full)}{_by_role(access.full)}"
    if access.level is AccessLevel.NONE:
        return f"{head}: {first_reason(access.read_only)}"
    return f"{head}, not more: {first_reason(_next_above(access))}"


def _next_above(access: "Access") -> "Decision":
    from mlaccess.resolver import AccessLevel

    return access.full if access.level is AccessLevel.READ_ONLY else access.read_only
