"""The reference page of exports, `docs/reference/exports.md`, written from the table of files.

`python -m mlaccess.render.exports_page` prints it; a test keeps the file in step with the table.
"""

import sys
from collections.abc import Iterator

from mlaccess.loaders.catalogue import FILES, FileRow

__all__ = ["exports_page"]

_INTRODUCTION = """\
# Exports

The files that mlaccess reads, what each gives, and how to get it. The page is made from the table in
`mlaccess/loaders/catalogue.py`; do not edit it by hand
(`python -m mlaccess.render.exports_page > docs/reference/exports.md`).

Give `mlaccess` any of these, and as many as you have:

* the zip files of Elastic's support diagnostics, one for Elasticsearch and one for Kibana, or the folders they unzip
  to, with or without the folder on top. Both kinds of collectors are understood: `space_<id>/` with the
  space `default` at the root, and `spaces/<id>/`; so is the layout of ECK's diagnostics;
* a folder that holds them, zipped or not, beside the files that no bundle holds;
* a flat folder of the same answers under the same names, saved by hand;
* a single file.

A file is recognised by its name, wherever it lies. Other files are left alone. A file that is missing makes answers
unknown, never wrong: the last column says which. `mlaccess show` tells what an export holds and what it lacks.

## How files are read

* A file that holds an HTTP error (a body with `error` and `status` or `statusCode`, or a page of a proxy) counts as not
  exported, with that error as the reason. So does an empty file.
* A broken file is an error: bytes that are not UTF-8 (a byte order mark may announce UTF-16), text that is not JSON,
  a value of the wrong type, a name that occurs twice. All problems of all files are told at once, each as
  `file#/json/pointer: what was found, what was expected`. With `--keep-going` broken files count as not
  exported instead.
* What is odd but can be read in one sensible way becomes a notice: a text where a list belongs, `index` for `indices`,
  a query written as an object, unknown keys, a request body in place of an answer.
* A list that says itself that it is not whole (a page of a longer one, nodes that did not answer, one member alone)
  leaves everything that it does not name unknown.
* Two files for the same thing must be equal, or one of them an error body: an export is of one deployment.
* Passwords, hashes, tokens and keys are dropped while reading.
* Archives are read in place and never extracted; links that lead out of a folder are not followed.
"""


def exports_page() -> str:
    """The page as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _INTRODUCTION.rstrip("\n")
    bundles = {
        "any": ("Any bundle", "Written by the collector itself."),
        "elasticsearch": ("Elasticsearch bundle", "`commercial/` is a folder of the bundle; a flat one works too."),
        "kibana": ("Kibana bundle", "Requests with `kbn:` go to Kibana, as in its Dev Tools."),
    }
    for product, (title, words) in bundles.items():
        yield from _section(title, words, [r for r in FILES if r.product == product and r.collected])
    yield from _section(
        "Files that no bundle holds",
        "Save the answers under these names beside the bundles.",
        [r for r in FILES if not r.collected and r.requests],
    )
    yield from _section(
        "Files of self-managed nodes and of ECK",
        "No API shows them. They lie in the `config` folder of each node; with ECK, in the secrets of `spec.auth`.",
        [r for r in FILES if r.product == "file realm"],
    )
    yield ""
    yield "## Requests"
    yield ""
    yield "With `ES_URL`, `KIBANA_URL` and `AUTH` (`user:password`) set. Use a user who may see everything: what the"
    yield "collecting user may not see, the export cannot show. Older versions answer other requests, which"
    yield "`mlaccess show` names for the version at hand."
    for title, collected in (("Extra files", False), ("What bundles hold", True)):
        yield ""
        yield f"### {title}"
        yield ""
        yield "```sh"
        yield from (row.curl() for row in FILES if row.requests and row.collected is collected)
        yield "```"
    yield ""
    yield "What an export may cost before it is refused is in [limits](limits.md)."


def _section(title: str, words: str, rows: list[FileRow]) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield words
    yield ""
    yield "| file | gives | request (since) | without it, unknown or missing |"
    yield "|---|---|---|---|"
    for row in rows:
        names = f"`{row.file}`"
        if row.aliases:
            names += " (also " + ", ".join(f"`{alias}`" for alias in row.aliases) + ")"
        requests = "<br>".join(f"`{line}` ({since})" for since, line in row.requests)
        gives = f"{row.gives}; {row.fallback}" if row.fallback else row.gives
        yield f"| {names} | {gives} | {requests} | {row.needed_for} |"


if __name__ == "__main__":
    sys.stdout.write(exports_page())
