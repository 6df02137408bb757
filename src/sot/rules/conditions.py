"""Conditions of comparison levels (`when`, `missing`, `learned`): a small language over two records and their pair.

A recursive-descent parser makes a tree of a condition and checks every name in it against the columns of the evidence
table. What the tree means in SQL is the business of matching (sot.match.scoring.condition_sql).

    condition   any_of
    any_of      all_of ("or" all_of)*
    all_of      negation ("and" negation)*
    negation    "not" negation | "(" any_of ")" | "true" | fact | call | bound
    fact        ("both" | "same" | "other") "(" column ")"
    call        function "(" term ("," term)* ")"
    bound       term ("=" | "<>" | "<" | "<=" | ">" | ">=") term
    term        column_l | column_r | name_bits | name_form | number | a name form | call
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, TypeAlias

from sot.model.kinds import NameForm
from sot.rules.error_text import did_you_mean

Kind = Literal["code", "text", "number", "form", "truth"]

COLUMNS: Mapping[str, Kind] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "domain", "domain_core", "phone", "mailbox", "tax", "tax_kind", "registration",
                "registration_kind", "reference", "town", "postcode", "street", "house", "numbers", "region",
                "province", "country", "site", "system",
            ),
            "code",
        ),
        **dict.fromkeys(("legal", "legal_kin", "legal_foreign", "town_text", "street_text"), "text"),
        **dict.fromkeys(
            ("valid", "bare", "web_name", "towns", "once", "name_kind", "refers", "domain_spread",
             "phone_spread", "house_spread"),
            "number",
        ),
    }
)  # fmt: skip
"""The columns of the evidence table (match.tables), each there for both records: name_l and name_r. A `code` is a
number that stands for a value; two codes are equal or not, and nothing else."""

PAIR: Mapping[str, Kind] = MappingProxyType({"name_bits": "number", "name_form": "form"})
"""Facts about a pair: the evidence of the names in bits, and how they differ."""

FORMS = tuple(form.name.lower() for form in NameForm)

FUNCTIONS: Mapping[str, tuple[tuple[Kind, ...], Kind]] = MappingProxyType(
    {
        "contains": (("text", "text"), "truth"),
        "starts_with": (("text", "text"), "truth"),
        "jaro_winkler_similarity": (("text", "text", "number"), "number"),
        "len": (("text",), "number"),
        "least": (("number", "number"), "number"),
        "greatest": (("number", "number"), "number"),
    }
)
"""What a condition may call: the kinds of the arguments, and the kind of the result."""

FACTS = ("both", "same", "other")
OPERATORS = ("=", "<>", "<=", ">=", "<", ">")

_TOKEN = re.compile(r"\s*(?:(?P<number>-?\d*\.?\d+)|(?P<word>[A-Za-z_]\w*)|(?P<sign><>|<=|>=|[=<>(),]))")


class ConditionError(ValueError):
    """A condition can't be understood; the message says where and what is allowed."""


@dataclass(frozen=True)
class Always:
    """`true`."""


@dataclass(frozen=True)
class Fact:
    """both(x): known on both sides · same(x): known and equal · other(x): known and different."""

    kind: str
    column: str


@dataclass(frozen=True)
class Column:
    """A column of one side (`side` l or r), or a fact about the pair (no side)."""

    name: str
    side: Literal["l", "r"] | None
    kind: Kind


@dataclass(frozen=True)
class Number:
    """A number, as it is written."""

    text: str
    kind: Kind = "number"


@dataclass(frozen=True)
class Form:
    """One of the forms in which names differ."""

    form: NameForm
    kind: Kind = "form"


@dataclass(frozen=True)
class Call:
    """A function and its arguments."""

    function: str
    arguments: tuple[Term, ...]
    kind: Kind


@dataclass(frozen=True)
class Bound:
    """Two terms and the operator between them."""

    left: Term
    operator: str
    right: Term


@dataclass(frozen=True)
class Not:
    """What must not hold."""

    part: Condition


@dataclass(frozen=True)
class All:
    """Parts that all hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Any_:
    """Parts of which one holds."""

    parts: tuple[Condition, ...]


Term: TypeAlias = Column | Number | Form | Call
Condition: TypeAlias = Always | Fact | Bound | Call | Not | All | Any_


@lru_cache(maxsize=4096)
def parse(text: str) -> Condition:
    """Parse a condition; raise ConditionError with the place in it where it can't be understood."""
    return _Parser(text).whole()


def conjuncts(condition: Condition) -> tuple[Condition, ...]:
    """Give the parts of a condition that all must hold."""
    return condition.parts if isinstance(condition, All) else (condition,)


@dataclass(frozen=True)
class _Token:
    text: str
    kind: str
    at: int


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            raise ConditionError(f"'{text[at]}' at character {at + 1} has no meaning in a condition")
        kind = str(match.lastgroup)
        yield _Token(match[kind], kind, match.start(kind))
        at = match.end()


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = [*_tokens(text), _Token("", "end", len(text))]
        self.place = 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.place]

    def take(self, *texts: str) -> bool:
        """Take the next token if it is one of `texts`."""
        if self.next.text in texts and self.next.kind != "end":
            self.place += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.take(text):
            raise self.error(f"'{text}' is expected")

    def error(self, what: str, allowed: str = "") -> ConditionError:
        """Make the error for the next token: what is wrong there, and what is allowed."""
        token = self.next
        where = "at the end" if token.kind == "end" else f"at character {token.at + 1}"
        return ConditionError(f"{what} {where}{allowed}")

    def whole(self) -> Condition:
        condition = self.any_of()
        if self.next.kind != "end":
            raise self.error("'and', 'or' or the end of the condition is expected")
        return condition

    def any_of(self) -> Condition:
        parts = [self.all_of()]
        while self.take("or"):
            parts.append(self.all_of())
        return parts[0] if len(parts) == 1 else Any_(tuple(parts))

    def all_of(self) -> Condition:
        parts = [self.negation()]
        while self.take("and"):
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def negation(self) -> Condition:
        if self.take("not"):
            return Not(self.negation())
        if self.take("("):
            inner = self.any_of()
            self.expect(")")
            return inner
        if self.take("true"):
            return Always()
        if self.next.text in FACTS:
            return self.fact()
        return self.bound()

    def fact(self) -> Fact:
        kind = self.next.text
        self.place += 1
        self.expect("(")
        word = self.next.text
        if word not in COLUMNS:
            raise self.error(f"there is no column '{word}'", f"{did_you_mean(word, COLUMNS)}; {_known()}")
        self.place += 1
        self.expect(")")
        return Fact(kind, word)

    def bound(self) -> Condition:
        left = self.term()
        operator = self.next.text
        if self.take(*OPERATORS):
            return self.compared(left, operator)
        if isinstance(left, Call) and left.kind == "truth":
            return left
        raise self.error(f"an operator ({', '.join(OPERATORS)}) is expected")

    def compared(self, left: Term, operator: str) -> Bound:
        right = self.term()
        if left.kind != right.kind and {left.kind, right.kind} != {"code", "number"}:
            raise self.error(f"a {left.kind} is compared with a {right.kind}")
        if left.kind in ("form", "code", "text") and operator not in ("=", "<>"):
            raise self.error(f"a {left.kind} is compared by '{operator}'", "; only = and <> are allowed")
        return Bound(left, operator, right)

    def term(self) -> Term:
        token = self.next
        if token.kind == "number":
            self.place += 1
            return Number(token.text)
        if token.kind != "word":
            raise self.error("a column, a number or a function is expected")
        if token.text in FUNCTIONS:
            return self.call()
        if token.text in PAIR:
            self.place += 1
            return Column(token.text, None, PAIR[token.text])
        if token.text in FORMS:
            self.place += 1
            return Form(NameForm[token.text.upper()])
        name, _, side = token.text.rpartition("_")
        if name in COLUMNS and side in ("l", "r"):
            self.place += 1
            return Column(name, "l" if side == "l" else "r", COLUMNS[name])
        raise self.error(
            f"'{token.text}' is not known",
            f"{did_you_mean(token.text, _words())}; {_known()} (with _l or _r)",
        )

    def call(self) -> Call:
        name = self.next.text
        wanted, kind = FUNCTIONS[name]
        self.place += 1
        self.expect("(")
        arguments = [self.term()]
        while self.take(","):
            arguments.append(self.term())
        if tuple(argument.kind for argument in arguments) != wanted:
            raise self.error(f"{name} has other arguments", f"; it takes ({', '.join(wanted)})")
        self.expect(")")
        return Call(name, tuple(arguments), kind)


def _known() -> str:
    return f"columns are {', '.join(sorted(COLUMNS))}"


def _words() -> list[str]:
    sides = [f"{name}_{side}" for name in COLUMNS for side in "lr"]
    return [*sides, *PAIR, *FORMS, *FUNCTIONS, *FACTS, "not", "true"]
