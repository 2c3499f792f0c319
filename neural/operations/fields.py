"""What several operations have: metadata of their fields, and what must hold of the values."""

from collections.abc import Sequence
from typing import Any

from neural.errors import NeuralError
from neural.looks import MOST_LOOKS, Look

LOOKS: dict[str, Any] = {"label": "Looks", "most": MOST_LOOKS, "apart": True}

STRENGTH: dict[str, Any] = {
    "label": "Strength",
    "min": 0.0,
    "max": 1.0,
    "step": 0.05,
    "decimals": 2,
}

OPACITY: dict[str, Any] = {
    **STRENGTH,
    "help": "How much of the change is shown. It can be changed later: it is the opacity of the "
    "layer.",
}
"""Strength, for an operation that adjusts."""


def check_looks(looks: Sequence[Look]) -> None:
    """Believe no recipe.

    Raises:
        NeuralError: there are none, or more than can be mixed.
    """
    if not looks:
        raise NeuralError("Choose a look first: drop a picture on the well, or pick one.")
    if len(looks) > MOST_LOOKS:
        raise NeuralError(f"At most {MOST_LOOKS} looks can be mixed, not {len(looks)}.")
