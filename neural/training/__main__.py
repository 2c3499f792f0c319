"""``pentimento-train``: train a network, evaluate it, export it."""

import importlib
import sys

COMMANDS = {
    "inpaint": "train_inpaint",
    "denoise": "train_denoise",
    "upscale": "train_upscale",
    "enhance": "train_enhance",
    "blemish": "train_blemish",
    "style": "train_style",
    "look": "train_look",
    "adain": "train_adain",
    "dcgan": "train_dcgan",
    "gan": "train_gan",
    "bank": "train_bank",
    "project": "projection",
    "encoder": "train_encoder",
    "vae": "train_vae",
    "graphic": "graphic",
    "pictures": "pictures",
    "fruit": "fruit",
    "textures": "textures",
    "evaluate inpaint": "evaluate",
    "evaluate denoise": "evaluate_restore",
    "evaluate jpeg": "evaluate_jpeg",
    "evaluate upscale": "evaluate_upscale",
    "evaluate enhance": "evaluate_enhance",
    "evaluate blemish": "evaluate_blemish",
    "evaluate style": "evaluate_style",
    "evaluate generator": "evaluate_generator",
    "export": "export",
}
USAGE = """usage: pentimento-train COMMAND ...

  inpaint             train the structure network of inpainting
  denoise             train the denoiser
  upscale             train an upscaler, ×2 or ×4
  enhance             train the enhancer
  blemish             train the network that finds scratches and dust
  style               train style transfer
  look                train the network that reads looks
  adain               train the baseline of style transfer
  dcgan               train the plainest one, to learn from
  gan                 train a generator of pictures
  bank                train a generator that knows pictures by heart, and what is between
  project             make the network that finds the place of a picture in its space
  encoder             train a network that finds it, the encoder of a VAE
  vae                 train an autoencoder of pictures
  graphic             draw pictures with a graphic look out of photographs
  pictures            write a data set of torchvision as a folder of pictures
  fruit               write photographs of single fruits as a folder of pictures
  textures            write textures and backdrops as a folder of pictures
  evaluate inpaint    compare a shipped model with other methods
  evaluate denoise    likewise
  evaluate jpeg       likewise
  evaluate upscale    likewise
  evaluate enhance    likewise
  evaluate blemish    likewise
  evaluate style      likewise
  evaluate generator  likewise
  export              turn a run into a model: an ONNX file and its card

pentimento-train COMMAND --help tells more."""


def main(argv: list[str] | None = None) -> None:
    """Run one command; each is a script of its own."""
    words = sys.argv[1:] if argv is None else argv
    if words[:1] in (["-h"], ["--help"]):
        print(USAGE)
        return
    length = 2 if words[:1] == ["evaluate"] else 1
    command, rest = " ".join(words[:length]), words[length:]
    if command not in COMMANDS:
        print(USAGE, file=sys.stderr)
        raise SystemExit(2)
    importlib.import_module(f"neural.training.{COMMANDS[command]}").main(rest)


if __name__ == "__main__":
    main()
