"""What can go wrong around a network, told apart by class."""


class NeuralError(Exception):
    """Something about the world, not a bug: its message is one sentence for the user."""


class CardError(NeuralError):
    """A model card that cannot be believed."""


class ModelMissing(NeuralError):
    """No usable network for a task: absent, damaged or refused."""


class OutOfMemory(NeuralError):
    """A run needed more memory than the device has; a smaller one may succeed."""


class BadOutput(NeuralError):
    """A network answered with numbers that are not a picture."""


class Cancelled(Exception):
    """The user stopped the work. Not an error: nothing is shown."""
