"""What networks can do to a picture."""

from neural.operations.base import Operation
from neural.operations.inpaint import Inpaint

OPERATIONS: tuple[type[Operation], ...] = (Inpaint,)
"""In the order in which they are offered."""
