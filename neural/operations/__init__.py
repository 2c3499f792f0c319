"""What networks can do to a picture."""

from neural.operations.base import Operation
from neural.operations.denoise import Denoise
from neural.operations.inpaint import Inpaint

OPERATIONS: tuple[type[Operation], ...] = (Inpaint, Denoise)
"""In the order in which they are offered."""
