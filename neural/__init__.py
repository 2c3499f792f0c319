"""Networks that change pictures: found, checked, run and stopped. Knows neither Qt nor editor."""

from neural.account import Result
from neural.card import ModelCard
from neural.engine import Availability, Engine, Status, shipped_models
from neural.errors import (
    BadOutput,
    Cancelled,
    CardError,
    ModelMissing,
    NeuralError,
    OutOfMemory,
)
from neural.operations import OPERATIONS
from neural.operations.base import Operation
from neural.operations.parameters import Parameter, described, parameters, parsed
from neural.progress import CancelToken, Progress

__all__ = [
    "OPERATIONS",
    "Availability",
    "BadOutput",
    "CancelToken",
    "Cancelled",
    "CardError",
    "Engine",
    "ModelCard",
    "ModelMissing",
    "NeuralError",
    "Operation",
    "OutOfMemory",
    "Parameter",
    "Progress",
    "Result",
    "Status",
    "described",
    "parameters",
    "parsed",
    "shipped_models",
]
