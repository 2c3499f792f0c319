"""A known answer for each network: noise in, a few numbers of the answer kept in its card."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from neural.card import ModelCard, Port
from neural.errors import BadOutput
from neural.image import Tensor

PROBES = 16


def feeds(ports: Sequence[Port], seed: int, size: tuple[int, int]) -> dict[str, Tensor]:
    """By role: uniform noise, 0..1, ``(1, c, h, w)``; a mask is noise, cut at 0.5.

    size: (height, width), fit for the network. A mask is 1 where to replace.
    """
    random = np.random.default_rng(seed)
    made: dict[str, Tensor] = {}
    for port in ports:
        noise = random.random((1, port.channels, *port.sides(*size)), np.float32)
        made[port.role] = np.round(noise) if port.role == "mask" else noise
    return made


def probe(output: Tensor) -> tuple[float, ...]:
    """Values from places spread evenly over an output, for a card's ``selftest.probe``."""
    flat = output.reshape(-1)
    places = np.linspace(0, flat.size - 1, PROBES).astype(int)
    return tuple(round(float(value), 6) for value in flat[places])


def check(card: ModelCard, run: Callable[[Mapping[str, Tensor]], Sequence[Tensor]]) -> None:
    """Run a network on its self-test.

    run: from feeds by role to outputs.

    Raises:
        BadOutput: the answer is further from the card's than its tolerance.
    """
    known = card.selftest
    got = probe(run(feeds(card.inputs, known.seed, known.size))[0])
    if len(got) != len(known.probe):
        raise BadOutput(f"{card.id}: its card's self-test has {len(known.probe)} probes.")
    worst = float(np.abs(np.subtract(got, known.probe)).max())
    if not worst <= known.tolerance:
        raise BadOutput(
            f"{card.id} failed its self-test: off by {worst:.2g}, allowed {known.tolerance:.2g}."
        )
