"""Write a generator as models: one maps latents to codes, one draws codes, one finds codes again.

All of them share a space, which is called as the one that maps.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from neural.card import ModelCard, Port, Slider
from neural.training import export_restore

PLACES = 4  # that rule a picture at once
PICTURES = (
    "{photos} pictures of a folder, every twentieth held out; name the folder and its license."
)

Codes = Callable[[Tensor, Tensor | None, Tensor], Tensor]


@dataclass(frozen=True)
class Space:
    """What the models of a generator have in common.

    latent and code: how many numbers they have. side: of pictures, px. terms: what was learned
    from, and its license, for the cards. title: what users choose the generator by.
    """

    script: str
    latent: int
    code: int
    side: int
    channels: int
    words: tuple[str, ...] = ()
    sliders: tuple[Slider, ...] = ()
    wraps: bool = False
    terms: str = PICTURES
    title: str = "Generate"

    def write(
        self, mapping: nn.Module, drawing: nn.Module, state: dict[str, Any], models: Path, name: str
    ) -> ModelCard:
        """Write two models into ``models``: ``name``, and the one that maps, which is called
        ``map`` where that says ``generate``.

        mapping: takes a latent, an amount and, if there are words, their weights; drawing: codes
        and the weights of their places; all as ``Port`` has them.
        """
        space = name.replace("generate", "map")
        inputs = (Port("latent", "latent", self.latent), Port("amount", "amount", 1))
        maps = self._kind(
            task="map",
            title="Latent space",
            inputs=(*inputs, Port("words", "words", len(self.words))) if self.words else inputs,
            output=Port("code", "latent", self.code),
            words=self.words,
            sliders=self.sliders,
            space=space,
        )
        draws = self._kind(
            task="generate",
            title=self.title,
            inputs=(Port("codes", "codes", self.code), Port("weights", "weights", PLACES)),
            output=Port("result", "image", self.channels),
            wraps=self.wraps,
            space=space,
        )
        export_restore.write(mapping, maps, state, models, space)
        return export_restore.write(drawing, draws, state, models, name)

    def write_projection(
        self, net: nn.Module, state: dict[str, Any], models: Path, name: str
    ) -> ModelCard:
        """Write ``net``, which finds the codes of pictures, ``(n, channels, side, side)`` to
        ``(n, code)``; where ``name`` says ``project``, the one that maps is called ``map``.
        """
        projects = self._kind(
            task="project",
            title="Projection",
            inputs=(Port("image", "image", self.channels),),
            output=Port("code", "latent", self.code),
            space=name.replace("project", "map"),
        )
        return export_restore.write(Projecting(net), projects, state, models, name)

    def _kind(self, **more: Any) -> export_restore.Kind:
        return export_restore.Kind(
            script=self.script,
            multiple_of=1,
            tiling="never",
            side=self.side,
            source="trainedAlgorithmicMedia",
            data=self.terms,
            **more,
        )


class Mapping(nn.Module):
    """What maps latents, weights of words and a truncation to codes, with inputs as a card has
    them.
    """

    def __init__(self, net: nn.Module, codes: Codes) -> None:
        """codes: of ``net``, ``(n, 2, latent)`` to ``(n, 2, code)``."""
        super().__init__()
        self.net, self.codes = net, codes

    def forward(self, latent: Tensor, amount: Tensor, words: Tensor | None = None) -> Tensor:
        told = None if words is None else words[..., 0, 0]
        return self.codes(latent[:, :, 0].mT, told, amount[:, 0, 0]).mT[:, :, None]


class Projecting(nn.Module):
    """What finds codes, likewise: the same one for the coarse and for the fine."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, image: Tensor) -> Tensor:
        code: Tensor = self.net(image)
        return code[..., None, None].expand(-1, -1, 1, 2)
