"""What an operation is, and what it runs on."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import (
    Any,
    ClassVar,
    NamedTuple,
    Protocol,
    Self,
    runtime_checkable,
)

from numpy.typing import NDArray

from neural.card import ModelCard
from neural.image import Box, Image, Mask, Tensor
from neural.latent import Point
from neural.progress import CancelToken, Progress
from neural.tiling import Piece


class Network(Protocol):
    """Weights that can be run: what an operation gets to work with."""

    @property
    def card(self) -> ModelCard: ...

    def run(self, feeds: Mapping[str, Tensor], token: CancelToken) -> list[Tensor]:
        """Run once.

        feeds: by the **role** of each input in the card ("image", "mask"), float32
        ``(1, c, h, w)``, 0..1; a mask is always 1 where to replace, whatever the graph wants.
        Returns the outputs in the card's order, ``(1, c, h * scale, w * scale)``.

        Raises:
            Cancelled: the token was thrown.
            OutOfMemory: try again with less.
            BadOutput: not finite, or constant although the input was not.
        """
        ...


class Retouching(Protocol):
    """An operation on what a mask covers: the picture stays as large as it is."""

    task: ClassVar[str]  # "inpaint": the cards it can run, and its name on the command line
    title: ClassVar[str]  # "Inpaint": its name in the editor
    needs_network: ClassVar[bool]  # False: it is called with None instead of one
    needs_mask: ClassVar[bool]  # False: without a mask the whole picture is worked on
    mask_is_strength: ClassVar[bool]  # True: a soft mask drives the network; False: it mixes
    adjusts: ClassVar[bool]  # True: gives a table of colors, for the whole picture

    def context(self, hole: Box, width: int, height: int) -> Box:
        """What it wants to see of a ``width`` × ``height`` picture to replace ``hole``.

        Contains ``hole``. The image and mask that it is called with are cut to this box.
        """
        ...

    def local(self, whole: Callable[[], Image]) -> Self | None:
        """What gives on a part, with its context, what this gives there on the whole.

        whole: gives the image that this would be called with, for what it measures in it. None:
        no part can be had without the rest.
        """
        ...

    def __call__(self, network: Network, image: Image, mask: Mask, progress: Progress) -> Image:
        """The whole image after the operation.

        image: ``(h, w, 3)``, 0..1, sRGB; never written to. mask: ``(h, w)``, 1 is to be replaced.
        Returns float32 ``(h, w, 3)``. An operation that adjusts returns a ``Table`` instead; its
        mask is how much of each pixel is there, and its image may be a smaller one.
        """
        ...


@runtime_checkable
class Scalable(Retouching, Protocol):
    """A retouching operation that does to a smaller picture nearly what it does to a large one."""

    def grain(self, width: int, height: int) -> int:
        """How many pixels of a ``width`` × ``height`` picture, across, its network sees as one."""
        ...

    def reduced(self, times: int, width: int, height: int) -> Self:
        """What does to a picture that was made ``times`` smaller what this does to it; exactly
        that if ``times`` divides the grain."""
        ...


@runtime_checkable
class Resizing(Protocol):
    """An operation that makes a picture of another size out of the whole one, piece by piece."""

    task: ClassVar[str]
    title: ClassVar[str]
    needs_network: ClassVar[bool]
    needs_mask: ClassVar[bool]

    def context(self, part: Box, width: int, height: int) -> Box:
        """What it wants to see of a ``width`` × ``height`` picture to make ``part`` alone."""
        ...

    def local(self, part: Box, width: int, height: int) -> Self:
        """What makes of ``part`` alone, but for its border, what this makes of it in a picture."""
        ...

    def size(self, height: int, width: int) -> tuple[int, int]:
        """The height and width of what it makes of a picture.

        Raises:
            NeuralError: it cannot be made that large; the message is for the user.
        """
        ...

    def chosen(self, cards: Sequence[ModelCard], height: int, width: int) -> tuple[ModelCard, ...]:
        """The networks to run on a picture, one after the other, out of those there are.

        cards: at least one, the preferred one first. One may be chosen more than once.
        """
        ...

    def __call__(
        self, networks: Sequence[Network], picture: NDArray[Any], progress: Progress
    ) -> Iterator[Piece]:
        """Boxes that cover the new picture, in any order, each with what belongs there.

        networks: those of the chosen cards. picture: ``(h, w, 4)``, uint8 or uint16, straight
        alpha, sRGB; never written to. Gives float32 ``(box.h, box.w, 4)``, 0..1.
        """
        ...


class Drawn(NamedTuple):
    """A picture out of nothing: float32 ``(h, w, 4)``, 0..1, straight alpha; and its points."""

    image: Image
    points: tuple[Point, ...]


@runtime_checkable
class Generating(Protocol):
    """An operation that makes a picture out of nothing."""

    task: ClassVar[str]
    title: ClassVar[str]
    needs_network: ClassVar[bool]
    needs_mask: ClassVar[bool]

    @property
    def size(self) -> int:
        """Width and height that are asked for; 0: whatever suits."""
        ...

    @property
    def words(self) -> str:
        """What it is to be; empty: anything."""
        ...

    @property
    def pattern(self) -> bool:
        """Whether it is to be laid side by side."""
        ...

    @property
    def regions(self) -> str:
        """The name of a layer that says what rules where; empty if none does."""
        ...

    def placed(self, side: int, map_: Image | None, *, is_draft: bool) -> Self:
        """The same in a document: so wide and high, with what the layer of the regions shows of
        it. is_draft: soon, and no finer than it is drawn.
        """
        ...

    def sources(self, drawing: ModelCard, cards: Sequence[ModelCard]) -> tuple[ModelCard, ...]:
        """The networks to run, the one that draws first, out of all there are.

        Raises:
            NeuralError: one is missing, or it cannot be made that large.
        """
        ...

    def side(self, drawing: ModelCard) -> int:
        """How wide and high the picture becomes."""
        ...

    def __call__(self, networks: Sequence[Network], progress: Progress) -> Drawn:
        """networks: those of the chosen cards."""
        ...


Operation = Retouching | Resizing | Generating
"""A neural task with its parameters: a frozen dataclass that can be called.

Its fields are its parameters; each gives its label and range in its metadata:
``field(default=0.5, metadata={"label": "Strength", "min": 0.0, "max": 1.0})``.
"""
