from dataclasses import dataclass, field, make_dataclass
from typing import ClassVar

import pytest

from neural import OPERATIONS
from neural.errors import NeuralError
from neural.operations.parameters import Parameter, described, parameters, parsed


@dataclass(frozen=True)
class Anything:
    task: ClassVar[str] = "anything"
    strength: float = field(default=0.5, metadata={"label": "Amount", "min": 0.0, "max": 1.0})
    seed: int = field(default=0, metadata={"min": 0, "max": 99})
    keep_colors: bool = field(default=True, metadata={"help": "Leave colors alone"})
    edge: str = field(default="soft", metadata={"choices": ("soft", "hard")})


def test_fields_describe_themselves():
    assert parameters(Anything) == (
        Parameter("strength", "Amount", float, 0.5, 0.0, 1.0),
        Parameter("seed", "Seed", int, 0, 0, 99),
        Parameter("keep_colors", "Keep colors", bool, True, help="Leave colors alone"),
        Parameter("edge", "Edge", str, "soft", choices=("soft", "hard")),
    )


def test_an_operation_is_described_in_one_line():
    text = described(Anything(seed=7))
    assert text == "amount 0.5 · seed 7 · keep colors True · edge soft"


def test_parameters_are_read_from_text():
    texts = {"strength": "0.25", "seed": "3", "keep_colors": "no", "edge": "hard"}
    assert parsed(Anything, texts) == Anything(0.25, 3, False, "hard")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("size", "3", "no parameter size (it has: strength, seed, keep_colors, edge)"),
        ("strength", "much", "strength is a number, not 'much'"),
        ("strength", "1.5", "strength is between 0.0 and 1.0, not 1.5"),
        ("strength", "nan", "strength is between 0.0 and 1.0, not nan"),
        ("seed", "1.5", "seed is a whole number"),
        ("seed", "-1", "seed is between 0 and 99"),
        ("keep_colors", "maybe", "keep_colors is yes or no"),
        ("edge", "round", "edge is one of soft, hard"),
    ],
)
def test_a_wrong_text_is_refused_in_one_sentence(name, text, words):
    with pytest.raises(NeuralError) as caught:
        parsed(Anything, {name: text})
    assert words in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_parameter_needs_a_default():
    with pytest.raises(TypeError, match="size has no default"):
        parameters(make_dataclass("Bare", [("size", int)]))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_has_distinct_names_and_ranges_around_its_defaults(operation):
    assert operation.task and operation.title
    for each in parameters(operation):
        if each.min is not None and each.max is not None:
            assert each.min <= each.default <= each.max


def test_no_two_operations_share_a_task():
    assert len({operation.task for operation in OPERATIONS}) == len(OPERATIONS)
