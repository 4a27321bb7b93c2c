"""The rules of lint as Markdown."""

from mlaccess.analysis.lint_rules import RULES, SUPPRESSION_RULES

__all__ = ["lint_page"]


def lint_page() -> str:
    """`docs/reference/lint.md`: every rule with its reason, its remedy and its source."""
    lines = [
        "# Lint rules",
        "",
        "`mlaccess lint EXPORT…` reports what is odd about the configuration of an export. Built-in roles are not",
        "judged: nobody can change them. This page is made from `mlaccess/analysis/lint_rules.py`.",
        "",
        "| severity | means |",
        "|---|---|",
        "| error | the stack refuses it, or nothing certain can be said about it |",
        "| warning | it does not do what it looks like, or grants more than it looks like |",
        "| info | it does nothing, or deserves a second look |",
        "",
        "What ML201 to ML204 call without effect can be removed without changing any answer about access; such",
        "findings carry the edit.",
        "",
        "## Suppressions",
        "",
        "`--suppressions FILE` names a JSON list of findings that somebody accepts. Each needs the rule, a glob over",
        "the position that a finding prints, a reason, and the day on which to look again:",
        "",
        "```json",
        "[",
        '  {"rule": "ML502", "position": "*#/on_call/*", "reason": "it needs monitor", "expires": "2027-01-31"}',
        "]",
        "```",
        "",
        "A suppression whose day is over no longer hides anything and is reported itself (ML901), and so is one that",
        "covers nothing (ML902).",
        "",
    ]
    for rule in RULES:
        lines += [
            f"## {rule.id}",
            "",
            f"**{rule.title}** ({rule.severity}). {rule.why}",
            "",
            f"Fix: {rule.fix}",
            "",
            f"Source: {_source(rule.source)}",
            "",
        ]
    for about in SUPPRESSION_RULES:
        lines += [
            f"## {about.id}",
            "",
            f"**{about.title}** ({about.severity}). {about.why}",
            "",
            f"Fix: {about.fix}",
            "",
        ]
    return "\n".join(lines)


def _source(source: str) -> str:
    return source if " " in source or source.startswith("https:") else f"`{source}`"
