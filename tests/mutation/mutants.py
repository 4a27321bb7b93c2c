"""The small changes that are made to a module, one at a time.

In functions: the operators of mutmut, and conditions turned around, operands, statements and elements dropped. In
tables, which mutmut leaves alone: rows, elements and arguments dropped, names changed, stars added and taken away,
levels swapped, numbers one up and one down.

Left out, because no answer hangs on them: docstrings, annotations and type aliases, imports, `__all__`, decorators
(caches), assertions, texts of errors, `__repr__` and `__str__`, sentences, and columns that say where a row is from.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import attrs
import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, CodeRange, MetadataWrapper, PositionProvider
from mutmut.mutation import mutators

__all__ = ["Mutant", "mutants"]

_WORDS = {
    "title",
    "note",
    "source",
    "description",
    "more",
    "less",
    "label",
    "reason",
    "message",
    "sentences",
    "metadata",
}
"""Arguments that hold words about a row."""

_SOURCE = re.compile(r"\.(ts|tsx|java|json|yml|md|asciidoc)\b|@ [0-9a-f]{7,}|^x-pack/|^https?:")
_SWAPS = {
    "all": "read",
    "read": "all",
    "full": "read_only",
    "read_only": "full",
    "write": "read",
    "basic": "platinum",
    "platinum": "basic",
    "internal": "current",
    "current": "internal",
    "source": "destination",
    "destination": "source",
    "DATA": "FAILURES",
    "FAILURES": "DATA",
    "ad": "dfa",
    "dfa": "ad",
}
_LEFT_ALONE_CALLS = {"len", "isinstance", "cast", "TypeVar", "super"}
_WORDING = {"__repr__", "__str__"}
_Operator: TypeAlias = Callable[[Any], Iterable[cst.CSTNode]]
_BY_MUTMUT: tuple[tuple[type[cst.CSTNode], _Operator], ...] = (
    (cst.BaseNumber, mutators.operator_number),
    (cst.Name, mutators.operator_name),
    (cst.AugAssign, mutators.operator_augmented_assignment),
    (cst.UnaryOperation, mutators.operator_remove_unary_ops),
    (cst.Call, mutators.operator_symmetric_string_methods_swap),
    (cst.Call, mutators.operator_unsymmetrical_string_methods_swap),
    (cst.Lambda, mutators.operator_lambda),
    (cst.CSTNode, mutators.operator_keywords),
    (cst.CSTNode, mutators.operator_swap_op),
    (cst.Match, mutators.operator_match),
)


@attrs.frozen
class Mutant:
    """One change: the bytes from `start` to `end` become `text`.

    `lines` are those of the statement in a function; empty where the change is made while the module is imported.
    """

    path: str
    line: int
    kind: str
    start: int
    end: int
    text: str
    lines: tuple[int, ...] = ()

    def apply(self, source: bytes) -> bytes:
        """The changed module."""
        return source[: self.start] + self.text.encode() + source[self.end :]

    def describe(self, source: bytes) -> str:
        """`path:line kind: before -> after`, on one line."""
        before = source[self.start : self.end].decode()
        return f"{self.path}:{self.line} {self.kind}: {_short(before)} -> {_short(self.text)}"


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) < 100 else f"{flat[:60]} … {flat[-35:]}"


def mutants(path: str, source: bytes) -> list[Mutant]:
    """Every mutant of a module, in the order of the text."""
    found = {(m.start, m.end, m.text): m for m in _Finder(path, source).all()}
    return [found[key] for key in sorted(found)]


class _Finder:
    """Walks a module and lists changes."""

    def __init__(self, path: str, source: bytes) -> None:
        self.path, self.source = path, source
        wrapper = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
        self.module = wrapper.module
        self.spans = wrapper.resolve(ByteSpanPositionProvider)
        self.positions = wrapper.resolve(PositionProvider)

    def all(self) -> Iterator[Mutant]:
        yield from self._visit(self.module, None)

    # What is visited ------------------------------------------------------------------------------------------------

    def _visit(self, node: cst.CSTNode, lines: tuple[int, ...] | None) -> Iterator[Mutant]:
        """`lines`: those of the statement of a function that the node is part of, None outside of functions."""
        if self._left_out(node):
            return
        if isinstance(node, cst.FunctionDef):
            yield from self._visit(node.params, lines)
            for statement in node.body.body:
                yield from self._visit(statement, lines or ())
            return
        if isinstance(node, cst.Lambda) or (lines is not None and isinstance(node, cst.BaseSmallStatement)):
            lines = self._lines(node)
        yield from self._changes(node, lines)
        header = lines
        for child in node.children:
            if lines is not None and isinstance(node, cst.If | cst.While | cst.For | cst.With | cst.Match):
                inside = isinstance(child, cst.BaseSuite | cst.Else | cst.If | cst.MatchCase)
                header = lines if inside else self._lines(child)
            yield from self._visit(child, header)

    def _left_out(self, node: cst.CSTNode) -> bool:
        match node:
            case cst.Annotation() | cst.Decorator() | cst.Import() | cst.ImportFrom() | cst.Assert() | cst.Raise():
                return True
            case cst.FunctionDef(name=cst.Name(value=name)):
                return name in _WORDING
            case cst.AnnAssign(annotation=cst.Annotation(annotation=cst.Name(value="TypeAlias"))):
                return True
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value="__all__"))]):
                return True
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=cst.Subscript()):
                return name[0].isupper()
            case cst.AnnAssign(target=cst.Name(value=name)) | cst.Arg(keyword=cst.Name(value=name)):
                return name in _WORDS
            case cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString() | cst.Name()):
                return True
            case cst.SimpleString():
                return _is_words(str(node.evaluated_value))
            case cst.ConcatenatedString():
                return True
            case cst.FormattedString():
                return " " in self._text(node)
            case cst.Call(func=cst.Name(value=name)):
                return name in _LEFT_ALONE_CALLS or name.endswith(("Error", "UnknownPrivilege"))
            case _:
                return False

    # What is changed ------------------------------------------------------------------------------------------------

    def _changes(self, node: cst.CSTNode, lines: tuple[int, ...] | None) -> Iterator[Mutant]:
        for kind, operator in _BY_MUTMUT:
            if isinstance(node, kind):
                for other in operator(node):
                    yield from self._swap(node, other, operator.__name__.removeprefix("operator_"), lines)
        match node:
            case cst.SimpleString():
                yield from self._strings(node, lines)
            case cst.Integer() if lines is None:
                yield from self._text_for(node, str(node.evaluated_value - 1), "number", lines)
            case cst.Attribute(attr=cst.Name(value=name)) if name in _SWAPS:
                yield from self._text_for(node.attr, _SWAPS[name], "swap", lines)
            case cst.FormattedString():
                text = self._text(node)
                quote = text.index('"')
                yield from self._text_for(node, f"{text[: quote + 1]}XX{text[quote + 1 :]}", "string", lines)
            case cst.Tuple() | cst.List() | cst.Set() | cst.Dict():
                yield from self._without_elements(node, lines)
            case cst.Call():
                yield from self._arguments(node, lines)
            case cst.BooleanOperation():
                for side in (node.left, node.right):
                    yield from self._text_for(node, f"({self.module.code_for_node(side)})", "operand dropped", lines)
            case cst.If() | cst.While() | cst.IfExp() | cst.CompIf():
                text = self.module.code_for_node(node.test)
                yield from self._text_for(node.test, f"(not ({text}))", "condition", lines)
            case cst.Expr(value=cst.Call()) if lines is not None:
                yield from self._text_for(node, "pass", "statement dropped", lines)
            case cst.Return(value=cst.BaseExpression()) if lines is not None:
                yield from self._text_for(node, "return None", "answer dropped", lines)
            case _:
                pass

    def _strings(self, node: cst.SimpleString, lines: tuple[int, ...] | None) -> Iterator[Mutant]:
        value = str(node.evaluated_value)
        for other in list(mutators.operator_string(node))[:1]:
            yield from self._swap(node, other, "string", lines)
        if value in _SWAPS:
            yield from self._text_for(node, f'"{_SWAPS[value]}"', "swap", lines)
        if lines is None and node.prefix == "" and (re.search(r"[:*./-]", value)):
            other_text = value[:-1] if value.endswith("*") else f"{value}*"
            yield from self._text_for(node, f'"{other_text}"', "star", lines)

    def _without_elements(
        self, node: cst.Tuple | cst.List | cst.Set | cst.Dict, lines: tuple[int, ...] | None
    ) -> Iterator[Mutant]:
        elements: Sequence[cst.CSTNode] = node.elements
        for n, element in enumerate(elements):
            start, end = self._span(element)
            if len(elements) == 1:
                empty = {cst.Tuple: "()", cst.List: "[]", cst.Set: "set()", cst.Dict: "{}"}[type(node)]
                yield from self._text_for(node, empty, "element dropped", lines, element)
            elif len(elements) == 2 and isinstance(node, cst.Tuple):
                kept = self._text(elements[1 - n])
                yield from self._text_for(node, f"({kept},)", "element dropped", lines, element)
            elif n + 1 < len(elements):
                yield self._mutant(start, self._span(elements[n + 1])[0], "", "element dropped", element, lines)
            else:
                yield self._mutant(self._span(elements[n - 1])[1], end, "", "element dropped", element, lines)

    def _arguments(self, node: cst.Call, lines: tuple[int, ...] | None) -> Iterator[Mutant]:
        for n, arg in enumerate(node.args):
            if self._left_out(arg) or self._left_out(arg.value):
                continue
            if arg.keyword is not None:
                start, end = self._span(arg)
                after = self._span(node.args[n + 1])[0] if n + 1 < len(node.args) else end
                yield self._mutant(start, after, "", "argument dropped", arg, lines)

    # Positions ------------------------------------------------------------------------------------------------------

    def _swap(
        self, node: cst.CSTNode, other: cst.CSTNode, kind: str, lines: tuple[int, ...] | None
    ) -> Iterable[Mutant]:
        return self._text_for(node, self.module.code_for_node(other), kind, lines)

    def _text_for(
        self,
        node: cst.CSTNode,
        text: str,
        kind: str,
        lines: tuple[int, ...] | None,
        where: cst.CSTNode | None = None,
    ) -> Iterable[Mutant]:
        """The node's own text, parentheses and spaces included, becomes `text`."""
        start, end = self._span(node)
        code, inner = self.module.code_for_node(node).encode(), self.source[start:end]
        before = code.find(inner)
        after = len(code) - before - len(inner)
        if before < 0 or self.source[start - before : end + after] != code:
            return ()
        if text.encode() == code:
            return ()
        return (self._mutant(start - before, end + after, text, kind, where or node, lines),)

    def _mutant(
        self, start: int, end: int, text: str, kind: str, where: cst.CSTNode, lines: tuple[int, ...] | None
    ) -> Mutant:
        return Mutant(self.path, self._range(where).start.line, kind, start, end, text, lines or ())

    def _span(self, node: cst.CSTNode) -> tuple[int, int]:
        span = self.spans[node]
        return span.start, span.start + span.length

    def _text(self, node: cst.CSTNode) -> str:
        start, end = self._span(node)
        return self.source[start:end].decode()

    def _range(self, node: cst.CSTNode) -> CodeRange:
        return self.positions[node]

    def _lines(self, node: cst.CSTNode) -> tuple[int, ...]:
        if node not in self.positions:
            return ()
        found = self._range(node)
        return tuple(range(found.start.line, found.end.line + 1))


def _is_words(text: str) -> bool:
    """Whether a literal is a sentence, or names the source of a row."""
    words = text.split()
    names = len(words) <= 3 and all(w[:1].islower() for w in words)
    return bool(_SOURCE.search(text)) or (" " in text.strip() and "/" not in text and not names)
