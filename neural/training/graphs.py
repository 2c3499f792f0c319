"""ONNX files as the application likes them.

Weights are stored as float16 and cast back by the graph, so the file is half as large and the
arithmetic stays float32.
"""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

OPSET = 18
AGREEMENT = 1e-3  # worst difference allowed, of 1; 4 times finer than an 8-bit step
SMALL = 64  # values; a smaller tensor is not worth a cast


def forget_sources(graph: onnx.GraphProto) -> None:
    """Drop what the exporter notes of every node: files and lines on this machine."""
    for noted in (graph, *graph.node, *graph.value_info, *graph.input, *graph.output):
        del noted.metadata_props[:]


def stored_half(model: onnx.ModelProto) -> None:
    """Store the weights of ``model`` as float16, cast to float32 where the graph starts."""
    casts = []
    for tensor in model.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < SMALL:
            continue
        half = numpy_helper.to_array(tensor).astype(np.float16)
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(half, f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = casts + list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def session(model: Path | bytes) -> ort.InferenceSession:
    """ONNX Runtime as the application uses it."""
    options = ort.SessionOptions()
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
