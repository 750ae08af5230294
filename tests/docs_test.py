"""The commands that README.md, HACKING.md and docs/ quote are those of the program.

Every `genet ...` must name a command and options that exist. Those that stand on a line of their own
are run as well, in an empty folder, as they stand: they may lack their data set or their device, but
must be understood. The commands of README.md run in full, on built-in images and in a small way.
"""
import functools
import glob
import os
import re
import shlex
import subprocess

from program import PROGRAM, SOURCE, ProgramTest, main, run

# A command that is still at work after this long was understood.
PATIENCE_SECONDS = 5
# Words of the docs that stand for a reader's own.
PLACEHOLDERS = {"S": "1", "SEED": "1", "B": "32", "D": "1e-2", "GENOME": "genet-1",
                "GENOME...": "genet-1", "W": "5e-4"}


def documents():
    return [f"{SOURCE}/README.md", f"{SOURCE}/HACKING.md", *sorted(glob.glob(f"{SOURCE}/docs/*.md"))]


def words_of(text):
    """The words of one command: up to a comment, a pipe, or where its output goes."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars="|&;<>()")
    lexer.whitespace_split = True
    words = []
    for word in lexer:
        if word[0] in "|&;<>":
            break
        words.append(word)
    return words


def quoted_lines(text):
    """The commands in blocks of code, each a list of words that begins after `genet`."""
    joined = re.sub(r"\\\n\s*", " ", text)
    for match in re.finditer(r"^ {4,}(?:\$ )?(?:build/\w+/bin/)?genet (.*)$", joined, re.MULTILINE):
        yield words_of(match.group(1))


def quoted_in_text(text):
    """The commands between backticks."""
    for match in re.finditer(r"`(?:\$ )?(?:build/\w+/bin/)?genet\s([^`]*)`", text):
        yield words_of(match.group(1).replace("\n", " "))


def why_only_read(words):
    """Why a command that stands on a line of its own is not run; nothing if it is."""
    if words[:2] == ["data", "fetch"]:
        return "it downloads"
    if words[0] == "signature":
        return "it takes a minute and has a test of its own"
    if words[0] == "reproduce" and not {"--scale", "--list"} & set(words):
        return "it goes on in a folder of a command before"
    if "torch" in words and "LibTorch" not in run("version").stdout:
        return "engine torch is not in this build"
    return None


@functools.cache
def known(*command):
    """The commands, and the options, that the help of a command lists."""
    text = run(*command, "--help").stdout
    listed = re.search(r"^COMMANDS\n(.*?)\n\n", text, re.MULTILINE | re.DOTALL)
    commands = re.findall(r"^  (\S+)", listed.group(1), re.MULTILINE) if listed else []
    return commands, set(re.findall(r"--[a-z][a-z0-9-]*", text)) | {"--help", "--version"}


class Docs(ProgramTest):
    def check(self, words, document):
        commands, options = known()
        command = []
        while commands and len(words) > len(command) and not words[len(command)].startswith("-"):
            word = words[len(command)]
            self.assertIn(word, commands, f"{document}: genet {' '.join(words)}")
            command.append(word)
            commands, options = known(*command)
        for word in words:
            if word.startswith("--"):
                self.assertIn(word.split("=")[0], options, f"{document}: genet {' '.join(words)}")

    def test_every_command_and_option_exists(self):
        count = 0
        for document in documents():
            with open(document) as file:
                text = file.read()
            for words in [*quoted_lines(text), *quoted_in_text(text)]:
                self.check(words, os.path.relpath(document, SOURCE))
                count += 1
        self.assertGreater(count, 50)
        print(f"{count} commands read")

    def test_a_made_up_option_would_be_found(self):
        with self.assertRaises(AssertionError):
            self.check(["search", "--made-up"], "here")
        with self.assertRaises(AssertionError):
            self.check(["made-up"], "here")

    def test_commands_on_lines_of_their_own_are_understood(self):
        ran, only_read = 0, {}
        for document in documents():
            with open(document) as file:
                text = file.read()
            for words in quoted_lines(text):
                reason = why_only_read(words)
                if reason:
                    only_read.setdefault(reason, []).append(" ".join(words))
                    continue
                ran += 1
                self.understood([PLACEHOLDERS.get(word, word) for word in words],
                                os.path.relpath(document, SOURCE))
        self.assertGreater(ran, 20)
        print(f"{ran} commands run as they stand")
        for reason, commands in only_read.items():
            print(f"only read, for {reason}: {len(commands)}, such as genet {commands[0]}")

    def understood(self, words, document):
        folder = self.path(f"{document.replace('/', '-')}-empty")
        os.makedirs(folder, exist_ok=True)
        process = subprocess.Popen([PROGRAM, *words], cwd=folder, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            _, error = process.communicate(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.terminate()
            process.communicate()
            return
        where = f"{document}: genet {' '.join(words)}\n{error}"
        if process.returncode != 0:
            # This machine may lack the device, the folder the data set or the run.
            self.assertRegex(error, "device '.*' is not there" if process.returncode == 2 else
                             "no such|not a run folder|cannot read|missing", where)

    def test_the_commands_of_the_readme_run(self):
        small = ["--schedule", "1@1e-2", "--train-images", "256", "--validation-images", "128",
                 "--batch", "64"]
        with open(f"{SOURCE}/README.md") as file:
            lines = list(quoted_lines(file.read()))
        ran = []
        for words in lines:
            words = [re.sub(r"^cifar10:\S+$", "synthetic", word) for word in words]
            if words[0] == "search" and "--preset" in words:
                words += [*small, "--population", "4", "--generations", "1"]
            elif words[0] == "train":
                words += [*small, "--preset", "smoke"]
            elif words[0] not in ("search", "report", "show", "evaluate") or "torch" in words:
                continue
            self.succeed(*words, directory=self.folder)
            ran.append(words[0])
        self.assertEqual(set(ran), {"search", "report", "show", "train", "evaluate"})
        print(f"{len(ran)} commands of README.md run")

    def test_every_script_exists(self):
        for document in documents():
            with open(document) as file:
                for name in re.findall(r"\bscripts/([a-z0-9_-]+)", file.read()):
                    self.assertTrue(os.path.exists(f"{SOURCE}/scripts/{name}"),
                                    f"{document}: scripts/{name}")


if __name__ == "__main__":
    main()
