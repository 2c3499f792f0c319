"""What networks can do to a picture."""

from neural.operations.base import Operation
from neural.operations.denoise import Denoise
from neural.operations.enhance import Enhance
from neural.operations.generate import Generate
from neural.operations.inpaint import Inpaint
from neural.operations.restyle import Restyle
from neural.operations.style import Style
from neural.operations.upscale import Upscale

OPERATIONS: tuple[type[Operation], ...] = (
    Inpaint,
    Enhance,
    Denoise,
    Upscale,
    Style,
    Restyle,
    Generate,
)
"""In the order in which they are offered."""
