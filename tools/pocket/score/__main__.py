#!/usr/bin/env python3
"""How good the pocket pack is: prints one JSON value.

python3 -m score obedience FOLDER          do pictures show what their prompts asked for?
python3 -m score classifier                how often the classifier that judges it is right
python3 -m score segment                   masks, on drawings and on painted pictures outlined by hand
python3 -m score upscale                   dB above bicubic, and seams
python3 -m score faces --drawings FOLDER   the face nets, on drawings of people that they have never seen
python3 -m score swapped FOLDER            what the swap would do for pictures without it
python3 -m score vae                       dB of pictures and of faces
python3 -m score seconds RENDER.json       seconds a picture by stage
"""

import argparse
import json

import torch

from . import ceiling, faces, identity, obedience, seconds, segments, swapped, upscaling, vaes

COMMANDS = {
    "obedience": obedience,
    "classifier": ceiling,
    "identity": identity,
    "segment": segments,
    "upscale": upscaling,
    "faces": faces,
    "swapped": swapped,
    "vae": vaes,
    "seconds": seconds,
}


def main():
    parser = argparse.ArgumentParser(
        prog="score", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--threads", type=int, default=2)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, module in COMMANDS.items():
        module.add_arguments(commands.add_parser(name, description=module.__doc__))
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(json.dumps(COMMANDS[options.command].run(options), indent=2))


if __name__ == "__main__":
    main()
