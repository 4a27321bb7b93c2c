"""The documented rulebook as Markdown: the page's sentences, and the choices made where it is silent."""

from mlaccess.catalog.page import CHOICES, SENTENCES

__all__ = ["choices_page", "rules_page"]


def rules_page() -> str:
    """`docs/reference/rules.md`: every sentence of the page and how it is read."""
    lines = [
        "# The documented rulebook",
        "",
        "Elastic's page [Setting up machine learning]"
        "(https://www.elastic.co/docs/explore-analyze/machine-learning/setting-up-machine-learning), sentence by",
        "sentence, and what mlaccess asks for each. Ids such as `P21` appear in every explanation. This page is",
        "made from `mlaccess/catalog/page.py`; where the page is silent, a [choice](../explanation/choices.md)",
        "decides.",
        "",
        "| id | section | the page says | asked | choices |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {s.id} | {s.section} | {_cell(s.text)} | {_cell(s.asks)} | {', '.join(s.choices)} |" for s in SENTENCES
    ]
    lines += [
        "",
        "## How the sentences make a level",
        "",
        "| level | interface | all of |",
        "|---|---|---|",
        "| full | kibana | P01, P02, P03, P04, P05, either route of P07 (P21 and P22, or `manage_ml`), and for a job "
        "P20, P23, P24, P25 |",
        "| read-only | kibana | P01, P02, P03, P04, P05, either route of P07 (P26, or `monitor_ml`), and for a job "
        "P20, P27, P28, P29 |",
        "| full | api, dev_tools | P01, P02, P03, P05, P10, and for a job P11, P12 |",
        "| read-only | api, dev_tools | P01, P02, P03, P05, P13, and for a job P14, P15 |",
        "| upload | kibana | P05, P33, P34, P35, P36, and a basic licence or better |",
        "",
        "`level` is the best level that is certain, `ceiling` the best that is still possible if every unknown fact",
        "turned out well. Upload is a different ability from reading, so `can_upload` says it beside any level.",
        "",
    ]
    return "\n".join(lines)


def choices_page() -> str:
    """`docs/explanation/choices.md`: what is decided where the page is silent, and why."""
    lines = [
        "# Choices where the page is silent",
        "",
        "Elastic's page leaves questions open that an answer needs. Each choice below is made once, for every",
        "deployment, and has a number that rules and tests cite. This page is made from",
        "`mlaccess/catalog/page.py`.",
        "",
        "| id | what is decided | why |",
        "|---|---|---|",
    ]
    lines += [f"| {c.id} | {_cell(c.text)} | {_cell(c.reason)} |" for c in CHOICES]
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
