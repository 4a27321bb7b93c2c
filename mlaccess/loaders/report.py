"""Collects what is wrong and what is odd in the files of an export, so that all of it is told at once."""

from mlaccess.errors import Problem
from mlaccess.stack import Notice

from .limits import MAX_PROBLEMS_PER_FILE

__all__ = ["Report", "printable"]


def printable(text: str) -> str:
    """The text with everything that a terminal would obey or could not show written as an escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


class Report:
    """The problems and notices of one load."""

    __slots__ = ("_counts", "_noticed", "_order", "notices", "problems")

    def __init__(self) -> None:
        self.problems: dict[str, list[Problem]] = {}
        self.notices: list[Notice] = []
        self._counts: dict[str, int] = {}
        self._noticed: dict[tuple[str, str, str], int] = {}
        self._order: list[str] = []

    def problem(self, file: str, pointer: str, found: str, expected: str = "") -> None:
        """Something that makes the file unusable."""
        file, pointer, found, expected = map(printable, (file, pointer, found, expected))
        count = self._counts.get(file, 0) + 1
        self._counts[file] = count
        if count <= MAX_PROBLEMS_PER_FILE:
            self.problems.setdefault(file, []).append(Problem(file, pointer, found, expected))

    def notice(self, position: str, text: str, id: str = "") -> None:
        """Something odd that has one sensible reading. Repetitions in one file are told once, with their number."""
        position, text = printable(position), printable(text)
        key = (position.partition("#")[0], text, id)
        seen = self._noticed.get(key)
        if seen is None:
            self._noticed[key] = len(self.notices)
            self._counts[f"\0{len(self.notices)}"] = 1
            self.notices.append(Notice(position, text, id))
        else:
            self._counts[f"\0{seen}"] += 1

    def has_problem(self, file: str) -> bool:
        """Whether the file is broken."""
        return printable(file) in self.problems

    def all_problems(self) -> list[Problem]:
        """Every problem, file by file in the order of reading, with a count where the list was cut."""
        found: list[Problem] = []
        for file, problems in self.problems.items():
            found += problems
            hidden = self._counts[file] - len(problems)
            if hidden > 0:
                text = f"{hidden} more problems of this file are not listed (MAX_PROBLEMS_PER_FILE)"
                found.append(Problem(file, "", text))
        return found

    def all_notices(self) -> tuple[Notice, ...]:
        """Every notice; one that was given several times in a file says how often."""
        found: list[Notice] = []
        for i, notice in enumerate(self.notices):
            count = self._counts[f"\0{i}"]
            text = notice.text if count == 1 else f"{notice.text} (and {count - 1} more times in this file)"
            found.append(Notice(notice.position, text, notice.id))
        return tuple(found)
