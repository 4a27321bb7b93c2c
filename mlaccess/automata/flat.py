"""Flat languages: unions of literals, prefixes, globs and expressions.

They know their texts, and most questions need no more than that. A name is looked up, compared, and only then read by
a graph. Whether one glob is inside others is asked of a single string: the glob with a character in its gaps that no
one mentions. A union that lacks that string does not hold the glob; if a glob without single-character gaps has it,
that glob holds them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from mlaccess.automata.expression import (
    ANY_CHAR_EXPRESSION,
    ANY_TEXT_EXPRESSION,
    INFINITE,
    Choice,
    Expression,
    Sequence,
    Text,
)
from mlaccess.automata.globs import ANY_CHAR, ANY_TEXT, FRESH, Affixes, Gap, Parts, glob_cores, matches_segments
from mlaccess.automata.language import Language, search
from mlaccess.automata.limits import Work
from mlaccess.automata.native import LONGEST, native_reader
from mlaccess.automata.nodes import Cores
from mlaccess.automata.search import shortest_difference
from mlaccess.automata.states import ALL, NONE, State, States
from mlaccess.automata.walk import Atom, Walk

__all__ = ["EVERYTHING", "NOTHING", "Collector", "Flat", "has_strings"]

Segments = tuple[str, ...]

_FEW: Final = 4
"""So many inner texts are looked for one by one; more are left to the graph."""
_OFTEN: Final = 512
"""After so many names the time to prepare a quicker reader is well spent."""


class Collector:
    """What a union is made of, while it is being put together."""

    __slots__ = ("atoms", "compounds", "globs", "literals", "prefixes", "segments", "suffixes")

    def __init__(self) -> None:
        self.literals: list[str] = []
        self.prefixes: list[str] = []
        self.suffixes: list[str] = []
        self.segments: list[Segments] = []
        self.globs: list[Parts] = []
        self.atoms: list[Atom] = []
        self.compounds: list[Language] = []

    def add_segments(self, segments: Segments) -> None:
        """Add a glob given as the texts between its any-text gaps; empty ones only at its start and end."""
        if len(segments) == 1:
            self.literals.append(segments[0])
        elif len(segments) == 2 and not segments[1]:
            self.prefixes.append(segments[0])
        elif len(segments) == 2 and not segments[0]:
            self.suffixes.append(segments[1])
        else:
            self.segments.append(segments)

    def add_glob(self, parts: Parts) -> None:
        """Add a glob given as its parts."""
        if ANY_CHAR in parts:
            self.globs.append(parts)
            return
        segments = [""]
        for part in parts:
            if isinstance(part, str):
                segments[-1] = part
            else:
                segments.append("")
        self.add_segments(tuple(segments))

    def add_expression(self, expression: Expression) -> None:
        """Add an expression."""
        match expression:
            case Text(value=value):
                self.literals.append(value)
            case Choice(parts=parts):
                for part in parts:
                    self.add_expression(part)
            case Sequence(parts=parts) if all(part in _GAPS or isinstance(part, Text) for part in parts):
                self.add_glob(_glob(parts))
            case _ if expression is ANY_TEXT_EXPRESSION:
                self.prefixes.append("")
            case _:
                self.atoms.append(Atom(expression))

    def add(self, language: Language) -> None:
        """Add the strings of a language."""
        language.collect(self)

    def language(self) -> Language:
        """The union of what was added."""
        if "" in self.prefixes:
            return EVERYTHING
        if not (self.literals or self.prefixes or self.suffixes or self.segments or self.globs or self.atoms):
            if not self.compounds:
                return NOTHING
            if len(self.compounds) == 1:
                return self.compounds[0]
        return Flat(self)


class Flat(Language):
    """The union of literals, prefixes, suffixes, other segments, globs with single-character gaps, atoms, compounds."""

    __slots__ = (
        "_entry",
        "_few_heads",
        "_few_tails",
        "_heads",
        "_infixes",
        "_more",
        "_native",
        "_odd",
        "_samples",
        "_segments",
        "_tails",
        "_walks",
        "_whole",
        "atoms",
        "compounds",
        "globs",
        "literals",
        "prefixes",
        "segments",
        "suffixes",
    )

    def __init__(self, collector: Collector) -> None:
        compounds = self.compounds = tuple(dict.fromkeys(collector.compounds))
        super().__init__(max([compound.depth for compound in compounds], default=0))
        self.literals = frozenset(collector.literals)
        prefixes = self.prefixes = frozenset(collector.prefixes)
        suffixes = self.suffixes = frozenset(collector.suffixes)
        self.segments: tuple[Segments, ...] = tuple(dict.fromkeys(collector.segments))
        self.globs = tuple(dict.fromkeys(collector.globs))
        self.atoms = tuple(dict.fromkeys(collector.atoms))
        heads = self._heads = Affixes(prefixes, at_end=False)
        tails = self._tails = Affixes(suffixes, at_end=True)
        self._few_heads = heads.few
        self._few_tails = tails.few
        self._infixes: tuple[str, ...] = ()
        self._segments = self.segments
        if self.segments:
            infixes = tuple([texts[1] for texts in self.segments if _is_infix(texts)])
            if len(infixes) <= _FEW:
                self._infixes = infixes
                self._segments = tuple([texts for texts in self.segments if not _is_infix(texts)])
        self._more = bool(heads.lengths or tails.lengths or compounds)
        self._odd: bool | None = None
        self._entry: State | None = None if self._segments or self.globs or self.atoms else NONE
        self._samples: tuple[tuple[str, Parts], ...] | None = None
        self._walks = 0
        self._native: Callable[[str], object] | None = None
        self._whole: Callable[[str], object] | None = None

    def matches(self, text: str) -> bool:
        if text in self.literals:
            return True
        whole = self._whole
        if whole is not None and len(text) <= LONGEST:
            if whole(text) is not None:
                return True
            for infix in self._infixes:  # noqa: SIM110  # a generator would cost more than the search
                if infix in text:
                    return True
            return False
        affixes = self._few_heads.get(text[:1])
        if affixes is not None and text.startswith(affixes):
            return True
        affixes = self._few_tails.get(text[-1:])
        if affixes is not None and text.endswith(affixes):
            return True
        for infix in self._infixes:
            if infix in text:
                return True
        if self._more and self._matches_more(text):
            return True
        state = self._entry
        if state is NONE:
            return False
        native = self._native
        if native is not None and len(text) <= LONGEST:
            return native(text) is not None
        if state is None:
            return self._read(text)
        walks = self._walks = self._walks + 1
        if walks == _OFTEN:
            self._read_natively()
        step = state.step
        try:
            for char in text:
                step = step[char]
                if not step:  # nothing leads on: it is decided, or nobody has come this way yet
                    return step is _ALL or (step is not _NONE and self._read(text))
        except KeyError:
            return self._read(text)
        return "" in step or step is _ALL

    def _matches_more(self, text: str) -> bool:
        """Whether many affixes or a compound match."""
        if self._heads.matches_many(text) or self._tails.matches_many(text):
            return True
        return any(compound.matches(text) for compound in self.compounds)

    def _read(self, text: str) -> bool:
        """Whether the graph of all that needs one accepts `text`."""
        work = Work()
        try:
            state = self._entry
            if state is None or state.states.full:
                cores = glob_cores(self._graph_globs(), work) + self._atom_cores(work)
                state = self._entry = States().state(cores, work)
            return state.reads(text, work)
        finally:
            if work.heavy:
                self.forget()

    def _read_natively(self) -> None:
        """Has names read by `re` from now on: what takes a graph, and heads and tails where these are few."""
        globs, expressions = self._graph_globs(), [atom.expression for atom in self.atoms]
        self._native = native_reader(globs, expressions)
        if self._native is not None and not self._more:
            heads: list[Parts] = [(head, ANY_TEXT) for head in self.prefixes]
            tails: list[Parts] = [(ANY_TEXT, tail) for tail in self.suffixes]
            self._whole = native_reader([*heads, *globs], expressions, tails)

    def _graph_globs(self) -> list[Parts]:
        """The globs for which `matches` has no quicker way."""
        return [*self.globs, *map(_parts, self._segments)]

    def covers(self, sample: str, work: Work) -> bool:
        if self._heads.matches(sample) or self._tails.matches(sample):
            return not self._is_odd()
        work.spend(1 + len(self.segments) // 8)
        for segments in self.segments:
            if matches_segments(segments, sample):
                return not self._is_odd()
        return False

    def _is_odd(self) -> bool:
        """Whether some glob mentions the very character that is taken for one that none mentions."""
        if self._odd is None:
            texts = [*self.prefixes, *self.suffixes]
            for segments in self.segments:
                texts += segments
            self._odd = FRESH in "".join(texts)
        return self._odd

    def samples(self) -> Iterable[str]:
        yield from self.literals
        for sample, _ in self._glob_samples():
            yield sample

    def _glob_samples(self) -> tuple[tuple[str, Parts], ...]:
        """Every glob with its gaps filled in."""
        samples = self._samples
        if samples is None:
            found: list[tuple[str, Parts]] = [(text + FRESH, (text, ANY_TEXT)) for text in self.prefixes]
            found += [(FRESH + text, (ANY_TEXT, text)) for text in self.suffixes]
            found += [(FRESH.join(texts), _parts(texts)) for texts in self.segments]
            found += [
                ("".join([part if isinstance(part, str) else FRESH for part in parts]), parts) for parts in self.globs
            ]
            samples = self._samples = tuple(found)
        return samples

    def shortfall(self, outers: tuple[Language, ...], work: Work, *, shortest: bool) -> str | None:
        best: str | None = None
        literals = self.literals
        for outer in outers:
            if isinstance(outer, Flat) and literals:
                literals = literals - outer.literals
        for literal in sorted(literals, key=_by_length) if shortest else literals:
            if not any(outer.matches(literal) for outer in outers):
                if not shortest:
                    return literal
                best = literal
                break
        left: list[Parts] = []
        samples = self._glob_samples()
        for sample, parts in samples:
            if any(outer.covers(sample, work) for outer in outers):
                continue
            if not shortest and not any(outer.matches(sample) for outer in outers):
                return sample
            left.append(parts)
        flat = [outer for outer in outers if isinstance(outer, Flat)]
        shared = {atom for outer in flat for atom in outer.atoms}
        atoms = tuple([atom for atom in self.atoms if atom not in shared])
        held = {*outers, *(compound for outer in flat for compound in outer.compounds)}
        compounds = [compound for compound in self.compounds if compound not in held]
        for compound in compounds:
            found = compound.shortfall(outers, work, shortest=shortest)
            if found is not None and (best is None or len(found) < len(best)):
                if not shortest:
                    return found
                best = found
        if not left and not atoms:
            return best
        if len(left) == len(samples) and atoms == self.atoms and not self.compounds and not self.literals:
            cores = self.start(work)
        else:
            cores = glob_cores(left, work) + self._atom_cores(work, atoms)
        found = search(self, cores, outers, work, INFINITE if best is None else len(best))
        return best if found is None else found

    @property
    def only_literals(self) -> bool:
        """Whether the language is a finite set of texts given one by one."""
        return not (self.prefixes or self.suffixes or self.segments or self.globs or self.atoms or self.compounds)

    def collect(self, collector: Collector) -> None:
        collector.literals += self.literals
        collector.prefixes += self.prefixes
        collector.suffixes += self.suffixes
        collector.segments += self.segments
        collector.globs += self.globs
        collector.atoms += self.atoms
        collector.compounds += self.compounds

    def find_start(self, walk: Walk, work: Work) -> Cores:
        globs: list[Parts] = [(literal,) if literal else () for literal in self.literals]
        globs += [parts for _, parts in self._glob_samples()]
        cores = glob_cores(globs, work) + self._atom_cores(work)
        for compound in self.compounds:
            cores += compound.start(work)
        return tuple(dict.fromkeys(cores))

    def _atom_cores(self, work: Work, atoms: tuple[Atom, ...] | None = None) -> Cores:
        cores: Cores = ()
        for atom in self.atoms if atoms is None else atoms:
            cores += atom.start(work)
        return cores

    def forget(self) -> None:
        super().forget()
        if self._entry is not NONE:
            self._entry = None
        for atom in self.atoms:
            atom.forget()
        for compound in self.compounds:
            compound.forget()


_NONE: Final = NONE.step
_ALL: Final = ALL.step

_GAPS: Final[dict[Expression, Gap]] = {ANY_TEXT_EXPRESSION: ANY_TEXT, ANY_CHAR_EXPRESSION: ANY_CHAR}


def _glob(parts: tuple[Expression, ...]) -> Parts:
    """A sequence of texts and gaps as the parts of a glob."""
    found: list[str | Gap] = []
    for part in parts:
        if isinstance(part, Text):
            found.append(part.value)
        elif part is not ANY_TEXT_EXPRESSION or not found or found[-1] is not ANY_TEXT:
            found.append(_GAPS[part])
    return tuple(found)


def _by_length(text: str) -> tuple[int, str]:
    return len(text), text


def _is_infix(segments: Segments) -> bool:
    return len(segments) == 3 and not segments[0] and not segments[2]


def _parts(segments: Segments) -> Parts:
    """The parts of a glob given as the texts between its any-text gaps."""
    parts: list[str | Gap] = []
    for at, text in enumerate(segments):
        if at:
            parts.append(ANY_TEXT)
        if text:
            parts.append(text)
    return tuple(parts)


class _Everything(Flat):
    """The language of all strings."""

    __slots__ = ()

    @property
    def only_literals(self) -> bool:
        return False

    def matches(self, text: str) -> bool:
        return True

    def covers(self, sample: str, work: Work) -> bool:
        return True

    def _glob_samples(self) -> tuple[tuple[str, Parts], ...]:
        return ((FRESH, (ANY_TEXT,)),)

    def collect(self, collector: Collector) -> None:
        collector.prefixes.append("")


NOTHING: Final[Language] = Flat(Collector())
EVERYTHING: Final[Language] = _Everything(Collector())


def has_strings(expression: Expression, work: Work) -> bool:
    """Whether the expression has any strings at all. Raises `TooComplex` when `work` runs out."""
    if expression.empty is not None:
        return not expression.empty
    return shortest_difference(Atom(expression).start(work), NONE, work) is not None
