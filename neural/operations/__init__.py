"""What networks can do to a picture."""

from neural.operations.base import Operation

OPERATIONS: tuple[type[Operation], ...] = ()
"""In the order in which they are offered."""
