"""Read one YAML file strictly: scalars stay text until their type is asked for, every problem has a place."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from sot.errors import RulesError
from sot.rules import compiled
from sot.rules.error_text import wording

_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser in C where PyYAML has it: reading all rules takes a tenth of the time."""


class _Loader(_PARSER):  # type: ignore[misc, valid-type]
    """The parser without what it finds out of each value alone, such as that it looks like a date: all stay text."""

    def resolve(self, kind: type[yaml.Node], value: str | None, implicit: object) -> str:
        """Give the one tag that all values have."""
        return "tag:yaml.org,2002:str"

    def descend_resolver(self, parent: object, index: object) -> None:
        """Do nothing: no tag depends on the place of a value."""

    def ascend_resolver(self) -> None:
        """Do nothing."""


_LARGEST = 4_000_000
_DEEPEST = 50
_DEEPEST_BRACKETS = 1_000
"""Brackets also stand in texts, so they are only counted; the parser counts those that nest."""
_MOST_VALUES = 1_000_000
_TOO_DEEP = f"is nested more than {_DEEPEST} levels deep"
_BRACKETS = re.compile(r"[\[\]{}]")
_ALIAS = re.compile(r"(?:^|[\s\[{,:?-])[&*!]\w", re.MULTILINE)
_INDENTED = re.compile(rf"^[\s?:-]{{{_DEEPEST * 2 // 5 - 2}}}", re.MULTILINE)
"""So much before the first word of a line that what it begins could be nested too deep; brackets take the rest."""
_NO_YAML = yaml.reader.Reader.NON_PRINTABLE

Place = tuple[int, int]
Path_ = tuple[str | int, ...]


class RuleModel(BaseModel):
    """Base of every rule object: unknown keys are errors, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, defer_build=True)


Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a rules file."""

    file: str
    line: int
    column: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.what}"


class FileErrors(RulesError):
    """Everything that is wrong in rules files, with its places."""

    def __init__(self, problems: Iterable[Problem], hint: str | None = None) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)), hint)


_LOADED: dict[tuple[bytes, type[BaseModel]], BaseModel] = {}
"""What this process has loaded, by the SHA-256 of the file and by model: rules never change after loading."""


def load(path: Path, model: type[Model]) -> Model:
    """Read `path` into `model`; raise FileErrors with all problems of the file at once."""
    digest = _digest(path)
    known = _LOADED.get((digest, model)) or compiled.recall(digest, model)
    if known is not None:
        _LOADED[digest, model] = known
        assert isinstance(known, model)
        return known
    node, problems = _composed(path)
    data = _plain(node, str(path), problems)
    if not problems:
        try:
            loaded = model.model_validate(data)
            if digest and digest == _digest(path):  # else it was changed while it was read
                _LOADED[digest, model] = loaded
                compiled.keep(path, digest, loaded)
            return loaded
        except ValidationError as error:
            places = _places(node)
            problems = [_problem(path, detail, places, model) for detail in error.errors()]
            problems.sort(key=lambda problem: (problem.line, problem.column))
    raise FileErrors(problems)


def _digest(path: Path) -> bytes:
    """Give the SHA-256 of a file; nothing where it can't be read, which `parse` reports."""
    try:
        return hashlib.sha256(path.read_bytes()).digest()
    except OSError:
        return b""


def problem_at(path: Path, at: Path_, what: str) -> Problem:
    """Make a problem of `path` at the nearest known place of `at`, with the name of that key."""
    _, places, _ = parse(path)
    near = at
    while near and near not in places:
        near = near[:-1]
    line, column = places.get(near, (1, 1))
    return Problem(str(path), line, column, f"{'.'.join(map(str, at))}: {what}" if at else what)


def parse(path: Path) -> tuple[Any, dict[Path_, Place], list[Problem]]:
    """Read `path` into lists, dicts, texts and None, with the (line, column) of each node by its path."""
    node, problems = _composed(path)
    data = None if problems else _plain(node, str(path), problems)
    return data, _places(node), problems


def _composed(path: Path) -> tuple[yaml.Node | None, list[Problem]]:
    """Give the nodes of a file, None where there are none, and why it can't be read."""
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        too_much = _too_much(text)
        if too_much:
            return None, [Problem(str(path), *too_much)]
        return yaml.compose(text, Loader=_Loader), []
    except UnicodeDecodeError:
        return None, [Problem(str(path), 1, 1, "is not UTF-8; save it as UTF-8")]
    except OSError as error:
        return None, [Problem(str(path), 1, 1, f"can't be read: {error.strerror}")]
    except yaml.reader.ReaderError as error:
        line, column = _at(text, error)
        return None, [Problem(str(path), line, column, "there is a control character; remove it")]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        before = "".join(text.splitlines()[line - 1 : line])[:column]
        what = "there is a tab; write spaces" if "\t" in before else error.problem
        return None, [Problem(str(path), line, column, f"is not YAML: {what}")]


def _too_much(text: str) -> tuple[int, int, str] | None:
    """Give where a file is larger, deeper or more often repeated than rules ever are; the parser has no such bounds.

    Counted in the events of the parser, before anything is built of them: an alias stands for all that its anchor
    holds, so nine lines of aliases can be a thousand million values.
    """
    if len(text) > _LARGEST:
        return (
            1,
            1,
            f"is larger than {_LARGEST // 1_000_000} million characters, which is too large for a rules file",
        )
    deep = _deep_brackets(text)
    if deep is not None:
        return (*deep, _TOO_DEEP)
    if _is_shallow(text):
        return None
    sizes: dict[str, int] = {}
    open_: list[tuple[str | None, int]] = [(None, 0)]
    for event in yaml.parse(text, Loader=_Loader):
        mark = event.start_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if isinstance(event, yaml.AliasEvent) and event.anchor in {anchor for anchor, _ in open_}:
            return (*place, f"*{event.anchor} refers to itself")
        if isinstance(event, yaml.CollectionStartEvent):
            open_.append((event.anchor, 0))
        elif isinstance(event, yaml.CollectionEndEvent | yaml.ScalarEvent | yaml.AliasEvent):
            _count(event, open_, sizes)
        if len(open_) > _DEEPEST:
            return (*place, _TOO_DEEP)
        if open_[-1][1] > _MOST_VALUES:
            return (*place, f"aliases (*name) make more than {_MOST_VALUES:,} values of it; write it out")
    return None


def _is_shallow(text: str) -> bool:
    """Tell whether a file can't be too deep or too much, at a glance: short, few brackets, little indented, no alias.

    A block begins at the blanks and dashes of a line, and no two of them nest at one column but a list in a mapping.
    """
    if len(text) > _MOST_VALUES or _ALIAS.search(text) or _INDENTED.search(text):
        return False
    depth = deepest = 0
    for bracket in _BRACKETS.finditer(text):
        depth = max(depth + (1 if bracket.group() in "[{" else -1), 0)
        deepest = max(deepest, depth)
    return deepest < _DEEPEST // 5


def _count(event: yaml.Event, open_: list[tuple[str | None, int]], sizes: dict[str, int]) -> None:
    """Add what an event stands for to the collection that it is in."""
    anchor, size = getattr(event, "anchor", None), 1
    if isinstance(event, yaml.CollectionEndEvent):
        anchor, size = open_.pop()
    elif isinstance(event, yaml.AliasEvent):
        size = sizes.get(str(event.anchor), 1)
    if anchor and not isinstance(event, yaml.AliasEvent):
        sizes[anchor] = size
    outer, before = open_[-1]
    open_[-1] = (outer, before + size)


def _deep_brackets(text: str) -> Place | None:
    """Give where brackets are nested so deep that the parser in C would run out of its stack."""
    depth = 0
    for bracket in _BRACKETS.finditer(text):
        depth = max(depth + (1 if bracket.group() in "[{" else -1), 0)
        if depth > _DEEPEST_BRACKETS:
            before = text[: bracket.start()]
            return before.count("\n") + 1, bracket.start() - before.rfind("\n")
    return None


def _at(text: str, error: yaml.reader.ReaderError) -> Place:
    """Give where the character stands that YAML takes none of; parsers count its place in different ways."""
    place = next((at for at, letter in enumerate(text) if _NO_YAML.match(letter)), error.position)
    before = text[:place]
    return before.count("\n") + 1, place - before.rfind("\n")


def _plain(node: yaml.Node | None, file: str, problems: list[Problem]) -> Any:
    """Give what nodes hold; keys that are written twice become problems."""
    if isinstance(node, yaml.ScalarNode):
        # Plain scalars stay text ("NO" is Norway, "007" keeps its zeros); only an empty one or ~ is nothing.
        plain_null = not node.style and node.value in ("", "~", "null")
        return None if plain_null else node.value
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value in node.value:
            key = str(key_node.value)
            if key in result:
                mark = key_node.start_mark
                problems.append(Problem(file, mark.line + 1, mark.column + 1, f"'{key}' is written twice"))
            result[key] = _plain(value, file, problems)
        return result
    return {} if node is None else [_plain(item, file, problems) for item in node.value]


def _places(node: yaml.Node | None) -> dict[Path_, Place]:
    """Give the (line, column) of each node by its path: that of its key, where it has one."""
    places: dict[Path_, Place] = {}
    following: list[tuple[Path_, yaml.Node, yaml.Node]] = [] if node is None else [((), node, node)]
    while following:
        at, node, place = following.pop()
        places[at] = (place.start_mark.line + 1, place.start_mark.column + 1)
        if isinstance(node, yaml.MappingNode):
            following += [((*at, str(key.value)), value, key) for key, value in reversed(node.value)]
        elif isinstance(node, yaml.SequenceNode):
            following += [((*at, i), item, item) for i, item in enumerate(node.value)]
    return places


def _problem(path: Path, detail: Any, places: dict[Path_, Place], model: type[BaseModel]) -> Problem:
    loc = tuple(part for part in detail["loc"] if part != "[key]")
    at = loc
    while at and at not in places:
        at = at[:-1]
    line, column = places.get(at, (1, 1))
    if detail["type"] == "extra_forbidden":
        close = difflib.get_close_matches(str(loc[-1]), _keys(model), n=1)
        what = "unknown setting" + (f" - did you mean '{close[0]}'?" if close else "")
    else:
        what = wording(detail, _keys_at(model, loc))
    name = ".".join(str(part) for part in loc)
    return Problem(str(path), line, column, f"{name}: {what}" if name else what)


def _keys_at(model: type[BaseModel], loc: Path_) -> list[str]:
    """Give the keys that the model at a place of the file knows; nothing where there is no single one."""
    for part in loc:
        info = next(
            (field for name, field in model.model_fields.items() if part in (field.alias, name)), None
        )
        inner = _models_in(info.annotation) if info else []
        if len(inner) > 1:
            return []
        # A part that is no field is a key of a mapping, or a place in a list, of the model found before.
        model = inner[0] if inner else model
    return [info.alias or name for name, info in model.model_fields.items()]


def _keys(model: type[BaseModel], seen: frozenset[type] = frozenset()) -> list[str]:
    names = []
    for name, info in model.model_fields.items():
        names.append(info.alias or name)
        for inner in _models_in(info.annotation):
            if inner not in seen:
                names += _keys(inner, seen | {model, inner})
    return names


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for part in getattr(annotation, "__args__", ()) for m in _models_in(part)]
