"""``Session``: one network in ONNX Runtime, on the device that it really runs on."""

import ctypes
import os
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from functools import partial
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from neural.card import ModelCard, Port
from neural.errors import BadOutput, ModelMissing, NeuralError, OutOfMemory
from neural.image import Tensor
from neural.onnxfile import with_input_fixed
from neural.progress import CancelToken

if TYPE_CHECKING:
    import onnxruntime as ort

Device = Literal["auto", "cpu", "cuda"]

CPU = "CPUExecutionProvider"
CUDA = "CUDAExecutionProvider"
AMOUNT = "amount"  # the role of an input

TABLE_SLACK = 1e-3  # what rounding may leave outside of 0..1

_OUT_OF_MEMORY = (
    "failed to allocate",
    "out of memory",
    "bad_alloc",
    "bad allocation",
    "alloc_failed",
    "available memory of",
)


class Session:
    """A card and its weights, ready to run: the ``Network`` that operations get.

    ``provider`` is what ONNX Runtime really uses. ``why_not_cuda`` is a sentence if CUDA was asked
    for and not got, else empty. Belongs to the thread that runs it.
    """

    def __init__(
        self, card: ModelCard, model: bytes, device: Device = "auto", gpu_memory_mb: int = 4096
    ) -> None:
        """Load ``model``, the verified bytes of the card's file.

        Raises:
            ModelMissing: ONNX Runtime cannot load it, or it is not what its card says.
        """
        import onnxruntime as ort  # here, since it takes longer to import than the editor to start

        ort.set_default_logger_severity(4)  # a CUDA that does not load is reported by us
        options = ort.SessionOptions()
        options.intra_op_num_threads = os.cpu_count() or 1
        options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # planning takes twice the memory and saves no time
        options.log_severity_level = 4
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.card = card
        self._load = partial(_create, ort, options=options, device=device, memory_mb=gpu_memory_mb)
        self._model = model if card.has(AMOUNT) else b""
        self._amounts: dict[str, float] = {}
        try:
            self._session = self._load(model)
        except Exception as problem:
            raise ModelMissing(f"{card.file} cannot be loaded: {_first_line(problem)}") from problem
        self.provider: str = self._session.get_providers()[0]
        wanted = device == "cuda" or (device == "auto" and CUDA in ort.get_available_providers())
        self.why_not_cuda = _why_not_cuda(ort) if wanted and self.provider != CUDA else ""
        self._asked: dict[str, Tensor] = {}
        self._answered: list[Tensor] = []
        self._check_ports()

    def run(self, feeds: Mapping[str, Tensor], token: CancelToken) -> list[Tensor]:
        """Run once. Cancelling the token stops the run between two operators.

        The last answer is kept: the same question, as of variants that differ in what is made of
        it, costs nothing.

        feeds: by role, ``(1, c, h, w)``, 0..1; a mask is 1 where to replace. Returns the outputs in
        the card's order, 0..1 likewise. Another amount than before takes a moment.

        Raises:
            Cancelled, OutOfMemory, BadOutput
            NeuralError: the graph itself cannot run on this input.
        """
        import onnxruntime as ort
        from onnxruntime.capi.onnxruntime_pybind11_state import EPFail, Fail, RuntimeException

        named = {port.name: _fed(port, feeds[port.role]) for port in self.card.inputs}
        token.check()
        if _same(named, self._asked):
            return [tensor.copy() for tensor in self._answered]
        asked = named.copy()
        self._hold({p.name: named.pop(p.name).item() for p in self.card.inputs if p.role == AMOUNT})
        options = ort.RunOptions()
        options.log_severity_level = 4
        forget = token.on_cancel(lambda: setattr(options, "terminate", True))
        try:
            raw = self._session.run([port.name for port in self.card.outputs], named, options)
        except (Fail, RuntimeException, EPFail, MemoryError) as problem:
            token.check()  # a stopped run raises a plain Fail: only the token can tell them apart
            raise self._translated(problem) from problem
        finally:
            forget()
        outputs = [_given(p, tensor) for p, tensor in zip(self.card.outputs, raw, strict=True)]
        self._check_output(self.card.outputs[0], outputs[0], feeds)
        self._asked = {name: tensor.copy() for name, tensor in asked.items()}
        self._answered = [tensor.copy() for tensor in outputs]
        return outputs

    def _hold(self, amounts: dict[str, float]) -> None:
        """Make ``amounts`` constants of the graph: weights that depend on them are calculated once,
        and the convolutions with them take two thirds of the time.
        """
        if amounts != self._amounts:
            model = self._model
            for name, value in amounts.items():
                model = with_input_fixed(model, name, value)
            self._session, self._amounts = self._load(model), amounts

    def _check_ports(self) -> None:
        for what, ports, nodes in (
            ("inputs", self.card.inputs, self._session.get_inputs()),
            ("outputs", self.card.outputs, self._session.get_outputs()),
        ):
            said, found = [port.name for port in ports], [node.name for node in nodes]
            if sorted(said) != sorted(found):
                raise ModelMissing(
                    f"{self.card.file} has the {what} {', '.join(found)}, "
                    f"but its card says {', '.join(said)}."
                )

    def _check_output(self, port: Port, output: Tensor, feeds: Mapping[str, Tensor]) -> None:
        low, high = output.min(), output.max()  # either is NaN if any value is
        if not (np.isfinite(low) and np.isfinite(high)):
            raise BadOutput(f"{self.card.name} gave values that are not numbers.")
        if port.role == "table":
            n = output.shape[-1]
            if n < 2 or output.shape != (1, 3, n * n, n):
                raise BadOutput(f"{self.card.name} gave no table of colors: {output.shape}.")
            if low < -TABLE_SLACK or high > 1 + TABLE_SLACK:
                raise BadOutput(f"{self.card.name} gave colors that are none.")
        image = feeds.get("image")
        is_code = port.role == "latent"  # at a truncation of 0 it may be 0 everywhere
        if low == high and not is_code and (image is None or image.min() != image.max()):
            raise BadOutput(f"{self.card.name} gave an empty picture.")

    def _translated(self, problem: Exception) -> NeuralError:
        text = str(problem).lower()
        if isinstance(problem, MemoryError) or any(words in text for words in _OUT_OF_MEMORY):
            return OutOfMemory(f"{self.card.name} ran out of memory.")
        return NeuralError(f"{self.card.name} cannot run on this picture: {_first_line(problem)}")


def _create(
    ort: Any, model: bytes, options: "ort.SessionOptions", device: Device, memory_mb: int
) -> "ort.InferenceSession":
    providers: list[Any] = [CPU]
    if device != "cpu" and CUDA in ort.get_available_providers():
        with redirect_stdout(StringIO()):  # it prints what it does not find; we say it ourselves
            ort.preload_dlls()  # CUDA and cuDNN that were installed as Python packages
        settings = {
            "cudnn_conv_algo_search": "HEURISTIC",  # an exhaustive search stalls on each new shape
            "arena_extend_strategy": "kSameAsRequested",
            "gpu_mem_limit": str(memory_mb << 20),
        }
        providers.insert(0, (CUDA, settings))
    return ort.InferenceSession(model, options, providers=providers)


def _why_not_cuda(ort: Any) -> str:
    """The reason that a session did not get CUDA, found by loading its library ourselves."""
    if CUDA not in ort.get_available_providers():
        return (
            "This ONNX Runtime has no CUDA; install the GPU bundle, or the package "
            "onnxruntime-gpu instead of onnxruntime."
        )
    name = (
        "onnxruntime_providers_cuda.dll"
        if sys.platform == "win32"
        else ("libonnxruntime_providers_cuda.so")
    )
    try:
        ctypes.CDLL(str(Path(ort.__file__).parent / "capi" / name))
    except OSError as problem:
        loader = problem.__cause__ or problem  # in a bundle it is wrapped, and the name lost
        missing, colon, reason = _first_line(loader).partition(": ")
        if "cannot open shared object" in reason:
            return f"CUDA did not load: {missing} is missing."
        return f"CUDA did not load: {missing}{colon}{reason}."
    return "CUDA is installed, but no NVIDIA card or driver answered."


def _fed(port: Port, tensor: Tensor) -> Tensor:
    """What the graph wants to see for a tensor in our convention."""
    if port.one_means == "keep":
        tensor = 1 - tensor
    low, high = port.range
    return tensor if (low, high) == (0, 1) else np.float32(low) + tensor * np.float32(high - low)


def _given(port: Port, tensor: Tensor) -> Tensor:
    """The inverse of ``_fed`` for an output."""
    low, high = port.range
    return tensor if (low, high) == (0, 1) else (tensor - np.float32(low)) / np.float32(high - low)


def _first_line(problem: BaseException) -> str:
    return (str(problem).strip().splitlines() or [type(problem).__name__])[0]


def _same(one: Mapping[str, Tensor], other: Mapping[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[k], other[k]) for k in one)
