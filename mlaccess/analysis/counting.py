"""Counting cells by level: users times spaces times jobs, from one set of users per space and one per job.

The users who meet a rule in a cell are the intersection of a set of its space and a set of its job, unless what job and
space have in common (`Place`) decides for everyone. Numbers of users at a level are sums and differences of sizes of
such intersections, because whoever meets the rule of full access meets that of reading. Where that is not so, cells are
counted one by one.
"""

from array import array
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import attrs

from mlaccess.rules import Population, Verdict

from .census import Answer
from .electorate import Electorate

__all__ = ["PAIRS", "Counts", "Job", "Payload", "Place", "Three", "Verdicts", "count_jobs"]

Three: TypeAlias = tuple[Answer, Answer, Answer]
"""For full access, reading and uploading."""

Verdicts: TypeAlias = tuple[Verdict, Verdict, Verdict]

Counts: TypeAlias = list[int]
"""Cells at `PAIRS[i]`: a level and a ceiling, or better ones."""

PAIRS = ((3, 3), (2, 2), (2, 3), (1, 1), (1, 2), (1, 3), (0, 1), (0, 2), (0, 3))
"""Level and ceiling as numbers; the ceiling is never below the level."""

_TERMS: dict[tuple[int, int], tuple[tuple[int, str], ...]] = {
    (3, 3): ((1, "F"),),
    (2, 2): ((1, "R"),),
    (2, 3): ((1, "Rf"),),
    (1, 1): ((1, "R"), (1, "U"), (-1, "RU")),
    (1, 2): ((1, "R"), (1, "Ur"), (-1, "RU")),
    (1, 3): ((1, "Rf"), (1, "Uf"), (-1, "RUf")),
    (0, 1): ((1, "r"), (1, "u"), (-1, "ru")),
    (0, 2): ((1, "r"),),
    (0, 3): ((1, "f"),),
}
"""Sizes of intersections: F, R and U certainly meet the rule of full access, reading, uploading; f, r and u possibly.

F is within R, f within r, and each capital within its small letter.
"""

_CERTAIN: dict[tuple[int, int], tuple[tuple[int, str], ...]] = {
    (3, 3): ((1, "F"),),
    (2, 2): ((1, "R"),),
    (2, 3): ((1, "F"),),
    (1, 1): ((1, "R"), (1, "U"), (-1, "RU")),
    (1, 2): ((1, "R"),),
    (1, 3): ((1, "F"),),
    (0, 1): ((1, "R"), (1, "U"), (-1, "RU")),
    (0, 2): ((1, "R"),),
    (0, 3): ((1, "F"),),
}
"""The same where nothing is in doubt, so that small letters are capitals."""

_LETTERS = {"F": (0, False), "R": (1, False), "U": (2, False), "f": (0, True), "r": (1, True), "u": (2, True)}

_WIDE = 24
"""A job in so many spaces or more is summed against counters."""


@attrs.frozen
class Place:
    """Spaces, by number, in which the same holds of a job for everyone: what is asked of job and space together."""

    verdicts: Verdicts
    spaces: tuple[int, ...]


@attrs.frozen(eq=False)
class Job:
    """Jobs, by number, of which the same is asked; each of the places is one in which so many of them are."""

    asked: Three
    places: tuple[tuple[Place, tuple[int, ...]], ...]


@attrs.frozen(eq=False)
class Payload:
    """What counting needs besides the jobs. Can be sent to another process."""

    offsets: Sequence[int]
    numbers: "array[int]"
    disabled: int
    spaces: tuple[Three, ...]
    block: int = 1 << 18
    """So many users are counted at a time, which bounds the memory."""


def count_jobs(payload: Payload, jobs: Sequence[Job]) -> tuple[dict[int, Counts], list[Counts]]:
    """The counts of each job over all spaces, and those of each space over these jobs."""
    rows = {number: _zero() for job in jobs for _, numbers in job.places for number in numbers}
    columns = [_zero() for _ in payload.spaces]
    everyone = Electorate(payload.offsets, payload.numbers)
    for start in range(0, everyone.size, payload.block):
        end = min(start + payload.block, everyone.size)
        users = everyone if end - start == everyone.size else everyone.block(start, end)
        disabled = payload.disabled >> start & users.everyone
        _Block(users, disabled, start, payload.spaces).count(jobs, rows, columns)
    return rows, columns


def _zero() -> Counts:
    return [0] * len(PAIRS)


@attrs.frozen(eq=False)
class _Sets:
    """The users who meet each of the three rules, as far as a space or a job decides."""

    populations: tuple[Population, Population, Population]
    certain: bool
    nested: bool
    """Whether who meets the rule of full access meets that of reading."""

    @staticmethod
    def of(populations: Sequence[Population]) -> "_Sets":
        full, read, upload = populations
        return _Sets(
            (full, read, upload),
            all(p.granted == p.possible for p in populations),
            not full.granted & ~read.granted and not full.possible & ~read.possible,
        )

    def letter(self, letter: str) -> int:
        which, possibly = _LETTERS[letter]
        population = self.populations[which]
        return population.possible if possibly else population.granted

    def term(self, letters: str) -> int:
        found = self.letter(letters[0])
        for letter in letters[1:]:
            found &= self.letter(letter)
        return found

    def within(self, verdicts: Verdicts) -> "_Sets":
        """The same where what is the same for everyone has these verdicts on the three rules."""
        if verdicts == _GRANTED:
            return self
        return _Sets.of([p & Population.of(v) for p, v in zip(self.populations, verdicts, strict=True)])


_GRANTED = (Verdict.GRANTED, Verdict.GRANTED, Verdict.GRANTED)


class Counter:
    """For each user a number, in binary: one set of users for each digit. Adding a set adds 1 for its users."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        # Up to two sets wait at each digit; a third makes one of them and a carry (a carry-save adder).
        self._waiting: list[list[int]] = []

    def add(self, users: int, digit: int = 0) -> None:
        """Adds 2 ** digit for some users."""
        while users:
            while len(self._waiting) <= digit:
                self._waiting.append([])
            waiting = self._waiting[digit]
            if len(waiting) < 2:
                waiting.append(users)
                return
            first, second = waiting
            odd = first ^ second
            waiting[:] = [odd ^ users]
            users = first & second | odd & users
            digit += 1

    def add_times(self, users: int, times: int) -> None:
        """Adds a number of times."""
        for digit in range(times.bit_length()):
            if times >> digit & 1:
                self.add(users, digit)

    def digits(self) -> list[int]:
        """The sets of users with each digit, lowest first."""
        found: list[int] = []
        carry = 0
        digit = 0
        while digit < len(self._waiting) or carry:
            waiting = self._waiting[digit] if digit < len(self._waiting) else []
            first, second = (*waiting, 0, 0)[:2]
            odd = first ^ second
            found.append(odd ^ carry)
            carry = first & second | odd & carry
            digit += 1
        return found


def _weigh(users: int, digits: Sequence[int]) -> int:
    """The sum of a counter over some users."""
    return sum((users & plane).bit_count() << digit for digit, plane in enumerate(digits))


class _Wide:
    """A place in many spaces: per term a counter over its spaces, and one over the jobs that are there."""

    def __init__(self, spaces: Sequence[_Sets], certain: bool) -> None:
        self.spaces = spaces
        self.certain = certain
        self._digits: dict[str, list[int]] = {}
        self._jobs: dict[str, Counter] = {}

    def sum(self, term: str, users: int, times: int) -> int:
        """The sum over all spaces of the users who are in a space's set as well; notes it for the spaces too."""
        digits = self._digits.get(term)
        if digits is None:
            counter = Counter()
            for sets in self.spaces:
                counter.add(sets.term(term))
            digits = self._digits[term] = counter.digits()
            self._jobs[term] = Counter()
        self._jobs[term].add_times(users, times)
        return _weigh(users, digits)

    def by_space(self) -> Iterator[dict[str, int]]:
        """For each space the sums over the jobs noted."""
        noted = {term: counter.digits() for term, counter in self._jobs.items()}
        for sets in self.spaces:
            yield {term: _weigh(sets.term(term), digits) for term, digits in noted.items()}


class _Block:
    """Some of the users, their sets for each space, and the counting of jobs."""

    def __init__(self, users: Electorate, disabled: int, start: int, spaces: Sequence[Three]) -> None:
        self._users = users
        self._disabled = disabled
        self._start = start
        self._spaces = [self._sets(three) for three in spaces]
        self._placed: dict[tuple[Verdicts, int], _Sets] = {}
        self._wide: dict[tuple[Place, bool], _Wide] = {}

    def _sets(self, asked: Three) -> _Sets:
        return _Sets.of([answer.population(self._users, self._disabled, self._start) for answer in asked])

    def _at(self, verdicts: Verdicts, space: int) -> _Sets:
        if verdicts == _GRANTED:
            return self._spaces[space]
        found = self._placed.get((verdicts, space))
        if found is None:
            found = self._placed[verdicts, space] = self._spaces[space].within(verdicts)
        return found

    def count(self, jobs: Sequence[Job], rows: dict[int, Counts], columns: list[Counts]) -> None:
        """Adds the counts of jobs to those of each job and of each space."""
        for job in jobs:
            sets = self._sets(job.asked)
            if not any(p.possible for p in sets.populations):
                continue
            for place, numbers in job.places:
                if len(place.spaces) >= _WIDE and sets.nested:
                    row = self._count_wide(sets, place, len(numbers))
                else:
                    row = self._count_narrow(sets, place, len(numbers), columns)
                if row is None:
                    row = self._count_narrow(sets, place, len(numbers), columns)
                if any(row):
                    for number in numbers:
                        _add(rows[number], row)
        for (place, _), wide in self._wide.items():
            for space, sums in zip(place.spaces, wide.by_space(), strict=True):
                _add(columns[space], _combine(sums, certain=wide.certain))

    def _count_wide(self, sets: _Sets, place: Place, times: int) -> Counts | None:
        """The counts of jobs in many spaces; None where no space's sets are nested so that they have to be visited."""
        key = place, sets.certain
        wide = self._wide.get(key)
        if wide is None:
            spaces = [self._at(place.verdicts, space) for space in place.spaces]
            if not all(s.nested for s in spaces):
                return None
            wide = self._wide[key] = _Wide(spaces, sets.certain and all(s.certain for s in spaces))
        sums: dict[str, int] = {}
        for term in _terms(certain=wide.certain):
            users = sets.term(term)
            sums[term] = wide.sum(term, users, times) if users else 0
        return _combine(sums, certain=wide.certain)

    def _count_narrow(self, sets: _Sets, place: Place, times: int, columns: list[Counts]) -> Counts:
        """The counts of jobs in a few spaces, one by one."""
        total = _zero()
        for space in place.spaces:
            there = self._at(place.verdicts, space)
            if not (sets.nested and there.nested):
                cell = _visit(sets, there)
            else:
                certain = sets.certain and there.certain
                sums = {t: _size(sets.term(t) & there.term(t)) for t in _terms(certain=certain)}
                cell = _combine(sums, certain=certain)
            _add(total, cell)
            _add(columns[space], cell, times)
        return total


def _size(users: int) -> int:
    return users.bit_count() if users else 0


def _terms(*, certain: bool) -> tuple[str, ...]:
    return _CERTAIN_TERMS if certain else _ALL_TERMS


_CERTAIN_TERMS = ("F", "R", "U", "RU")
_ALL_TERMS = tuple(dict.fromkeys(term for terms in _TERMS.values() for _, term in terms))


def _combine(sums: dict[str, int], *, certain: bool) -> Counts:
    table = _CERTAIN if certain else _TERMS
    return [sum(sign * sums.get(term, 0) for sign, term in table[pair]) for pair in PAIRS]


def _visit(job: _Sets, space: _Sets) -> Counts:
    """The counts of one cell, from the sets of users at each level."""
    full, read, upload = (a & b for a, b in zip(job.populations, space.populations, strict=True))
    levels = {3: full.granted, 2: full.granted | read.granted}
    levels[1] = levels[2] | upload.granted
    ceilings = {3: full.possible, 2: full.possible | read.possible}
    ceilings[1] = ceilings[2] | upload.possible
    levels[0] = -1
    return [(levels[level] & ceilings[ceiling]).bit_count() for level, ceiling in PAIRS]


def _add(counts: Counts, more: Counts, times: int = 1) -> None:
    for i, number in enumerate(more):
        counts[i] += number * times
