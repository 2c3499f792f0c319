"""``pentimento-train``: train a network, evaluate it, export it."""

import importlib
import sys

COMMANDS = {
    "inpaint": "train_inpaint",
    "denoise": "train_denoise",
    "evaluate": "evaluate",
    "export": "export",
}
USAGE = """usage: pentimento-train COMMAND ...

  inpaint   train the structure network of inpainting
  denoise   train the denoiser
  evaluate  compare a shipped model with other methods
  export    turn a run into a model: an ONNX file and its card

pentimento-train COMMAND --help tells more."""


def main(argv: list[str] | None = None) -> None:
    """Run one command; each is a script of its own."""
    words = sys.argv[1:] if argv is None else argv
    if words[:1] in (["-h"], ["--help"]):
        print(USAGE)
        return
    if not words or words[0] not in COMMANDS:
        print(USAGE, file=sys.stderr)
        raise SystemExit(2)
    command, *rest = words
    if command == "evaluate" and rest[:1] == ["inpaint"]:
        rest = rest[1:]
    importlib.import_module(f"neural.training.{COMMANDS[command]}").main(rest)


if __name__ == "__main__":
    main()
