"""How an operation describes its own parameters: to forms, to command lines, to people."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, replace
from typing import Any, get_args, get_origin, get_type_hints

from neural.errors import NeuralError
from neural.operations.base import Operation
from neural.record import written

FOR_FORMS = ("step", "decimals", "unit", "apart")
"""Metadata that says how a value is edited, not what it may be; ``apart``: not in a form."""


@dataclass(frozen=True)
class Parameter:
    """One field of an operation, as a form or a command line shows it."""

    name: str
    label: str
    kind: type  # bool, int, float or str; or that of the records in a tuple
    default: Any
    min: float | None = None
    max: float | None = None
    choices: tuple[str, ...] = ()
    least: str = ""  # a word that stands for ``min``: "auto"
    help: str = ""
    input: str = ""  # the role of the input that it goes to; a network without it takes no notice
    most: int = 0  # records there may be; 0: it is one value, that can be given as text

    def text(self, value: Any) -> str:
        """A value of it, as it is written."""
        if self.most:
            return ", ".join(map(str, value)) or "none"
        return self.least if self.least and value == self.min else str(value)


def parameters(operation: Any) -> tuple[Parameter, ...]:
    """The parameters of an operation, or of its class, in the order they are declared."""
    hints = get_type_hints(operation if isinstance(operation, type) else type(operation))
    found = []
    for each in written(operation):
        if each.default is MISSING:
            raise TypeError(f"{each.name} has no default")
        hint = hints[each.name]
        kind = get_args(hint)[0] if get_origin(hint) is tuple else hint
        label = each.name.replace("_", " ").capitalize()
        shown = {key: each.metadata[key] for key in each.metadata if key not in FOR_FORMS}
        found.append(
            Parameter(each.name, default=each.default, kind=kind, **{"label": label, **shown})
        )
    return tuple(found)


def parsed(kind: type[Operation], texts: Mapping[str, str]) -> Operation:
    """An operation with some of its parameters given as text.

    Raises:
        NeuralError: no such parameter, not a value of its type, or out of its range.
    """
    known = {each.name: each for each in parameters(kind) if not each.most}
    values = {}
    for name, text in texts.items():
        if name not in known:
            names = ", ".join(known) or "none"
            raise NeuralError(f"{kind.task} has no parameter {name} (it has: {names}).")
        values[name] = _value(known[name], text)
    return kind(**values)


def most_records(operation: Any, kind: type) -> int:
    """How many looks, or points, an operation, or its class, takes."""
    return max((each.most for each in parameters(operation) if each.kind is kind), default=0)


def with_records(operation: Any, kind: type, records: Sequence[Any]) -> Any:
    """The operation with other looks, or points."""
    names = [each.name for each in parameters(operation) if each.kind is kind and each.most]
    return replace(operation, **dict.fromkeys(names, tuple(records)))


def space_of(operation: Any) -> str:
    """Whose looks or points an operation has: the space of the first; none, if it has none."""
    kept = [getattr(operation, each.name) for each in parameters(operation) if each.most]
    return next((record.space for records in kept for record in records), "")


def described(operation: Operation) -> str:
    """The parameters in one line: "seed 0 · strength 0.5"."""
    return " · ".join(
        f"{each.label.lower()} {each.text(getattr(operation, each.name))}"
        for each in parameters(operation)
    )


def _value(parameter: Parameter, text: str) -> bool | int | float | str:
    if parameter.kind is bool:
        words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        if text.lower() not in words:
            raise NeuralError(f"{parameter.name} is yes or no, not {text!r}.")
        return words[text.lower()]
    if parameter.least and text.lower() == parameter.least:
        assert parameter.min is not None
        return parameter.kind(parameter.min)
    try:
        value = parameter.kind(text)
    except ValueError:
        word = {int: "a whole number", float: "a number"}[parameter.kind]
        raise NeuralError(f"{parameter.name} is {word}, not {text!r}.") from None
    if parameter.choices and value not in parameter.choices:
        raise NeuralError(f"{parameter.name} is one of {', '.join(parameter.choices)}.")
    low, high = parameter.min, parameter.max
    if (low is not None and not value >= low) or (high is not None and not value <= high):
        raise NeuralError(f"{parameter.name} is between {low} and {high}, not {text}.")
    return value
