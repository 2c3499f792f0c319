import numpy as np
import onnx
import pytest
from onnx import TensorProto, external_data_helper, helper, numpy_helper

from neural import onnxfile
from neural.errors import ModelMissing
from tests.neural.graphs import blur, constant, graph, identity, lit


def refused(model, words):
    data = model if isinstance(model, bytes) else model.SerializeToString()
    with pytest.raises(ModelMissing, match=words) as caught:
        onnxfile.check(data, "m.onnx")
    assert str(caught.value).startswith("m.onnx")


def external(location):
    model = blur()
    tensor = model.graph.initializer[0]
    external_data_helper.set_external_data(tensor, location)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.ClearField("raw_data")
    return model


def test_plain_graphs_pass():
    onnxfile.check(blur(20).SerializeToString(), "m.onnx")
    onnxfile.check(identity().SerializeToString(), "m.onnx")


@pytest.mark.parametrize("location", ["weights.bin", "/etc/passwd", "../../secret"])
def test_external_data_is_refused(location):
    """R31"""
    refused(external(location), "keeps weights in other files")


def test_external_data_hidden_in_a_branch_is_refused():
    """R31: inside an attribute of a node of a subgraph."""
    hidden = external("x.bin").graph.initializer[0]
    out = helper.make_tensor_value_info("o", TensorProto.FLOAT, None)
    branch = helper.make_graph(
        [helper.make_node("Constant", [], ["o"], value=hidden)], "branch", [], [out]
    )
    choice = helper.make_node("If", ["yes"], ["result"], then_branch=branch, else_branch=branch)
    refused(graph([choice], [constant("yes", True, np.bool_)]), "keeps weights in other files")


def test_custom_operators_are_refused():
    """R31"""
    node = helper.make_node("Anything", ["image"], ["result"], domain="evil.example")
    refused(graph([node]), "needs the operators of evil.example")


def test_too_many_operators_are_refused(monkeypatch):
    """R31"""
    monkeypatch.setattr(onnxfile, "MAX_NODES", 5)
    refused(blur(6), "more than 5 operators")


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    """R31"""
    monkeypatch.setattr(onnxfile, "MAX_BYTES", 1 << 20)
    refused(bytes(1 << 21), "larger than 1 MiB")


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04" + bytes(99), b"\x80" * 99, b"\x80\x04\x95junk."]
)
def test_what_is_no_onnx_is_refused(data):
    """R31: nor is a pickle ever opened."""
    refused(data, "is not an ONNX file")


def test_a_truncated_file_is_refused():
    data = blur(5).SerializeToString()
    for length in range(len(data) - 60, len(data), 7):
        with pytest.raises(ModelMissing):
            onnxfile.check(data[:length] + b"\x3a\xff\xff\x03", "m.onnx")


def test_nesting_has_an_end():
    """R31: a bomb of graphs in graphs is refused, not recursed into."""
    data = b""
    for _ in range(500):
        attribute = b"\x32" + _length(data) + data
        node = b"\x2a" + _length(attribute) + attribute
        data = b"\x0a" + _length(node) + node
    refused(b"\x3a" + _length(data) + data, "is not an ONNX file")


def test_operators_of_a_local_function_are_counted():
    function = helper.make_function(
        "local", "f", ["x"], ["y"], [helper.make_node("Identity", ["x"], ["y"])], []
    )
    model = graph([helper.make_node("Identity", ["image"], ["result"])])
    model.functions.append(function)
    assert isinstance(model, onnx.ModelProto)
    onnxfile.check(model.SerializeToString(), "m.onnx")


def _length(data):
    number, out = len(data), bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


@pytest.mark.parametrize("name", ["amount", "a" * 200])
def test_an_input_can_be_fixed_in_a_file_that_stays_whole(name):
    model = lit()
    model.graph.input[1].name = name
    model.graph.node[1].input[0] = name
    data = onnxfile.with_input_fixed(model.SerializeToString(), name, 0.25)
    onnxfile.check(data, "m.onnx")
    fixed = onnx.load_from_string(data)
    assert fixed.ir_version == 3
    assert fixed.graph.node == model.graph.node
    added = fixed.graph.initializer[-1]
    assert added.name == name
    np.testing.assert_array_equal(numpy_helper.to_array(added), np.full((1, 1, 1, 1), 0.25))
