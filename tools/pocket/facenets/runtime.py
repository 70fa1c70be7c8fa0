"""ONNX files with FLOAT16 initializers, and sessions of them."""

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper


def narrowed(model):
    """The model with FLOAT16 initializers."""
    return _with_initializers(model, np.float32, np.float16)


def widened(model):
    """The model with FLOAT initializers, as a runtime wants it."""
    return _with_initializers(model, np.float16, np.float32)


def _with_initializers(model, old, new):
    result = onnx.ModelProto()
    result.CopyFrom(model)
    for tensor in result.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == old:
            tensor.CopyFrom(numpy_helper.from_array(values.astype(new), tensor.name))
    return result


def load(file):
    """An onnxruntime session of a file with FLOAT16 initializers, on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(widened(onnx.load(file)).SerializeToString(), options)
