"""The command line that the scripts which time builds have in common."""
import os
import sys


def parse(parser, programs, count):
    """The parser's options, and the words after `--`, which go to genet.

    A usage error if one of the options `programs` names no program, or if `count` is below 1.
    """
    words = sys.argv[1:]
    at = words.index("--") if "--" in words else len(words)
    options = parser.parse_args(words[:at])
    for path in (getattr(options, name) for name in programs):
        if not os.access(path, os.X_OK) or os.path.isdir(path):
            parser.error(f"{path}: not a program; give the path of a build of genet")
    if getattr(options, count) < 1:
        parser.error(f"--{count} {getattr(options, count)}: give at least 1")
    return options, words[at + 1:]
