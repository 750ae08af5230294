"""Runs the genet program for the whole-program tests. Python's standard library only."""
import json
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

# Absolute: tests run it in folders of their own.
PROGRAM = os.path.abspath(os.environ.get("GENET_PROGRAM", ""))
SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Networks that train in a fraction of a second.
BASE = "C3(P1)@4-MP3(S2)-C3(P1)@4-MP3(S2)-FC10"
NETWORK = ["--base", BASE, "--nodes", "3,3"]
TRAINING = ["--data", "synthetic", "--schedule", "1@1e-2", "--train-images", "256",
            "--validation-images", "128", "--batch", "64"]
SEARCH = [*NETWORK, *TRAINING, "--population", "4", "--generations", "2"]


def changed(settings, *replaced):
    """The settings with other values of some flags: the program takes each flag once."""
    values = {**dict(zip(settings[::2], settings[1::2])), **dict(zip(replaced[::2], replaced[1::2]))}
    return [word for pair in values.items() for word in pair]


def run(*arguments, timeout=120, environment=None, directory=None, preexec=None):
    """The ended process, with its output as text."""
    return subprocess.run([PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=timeout, cwd=directory,
                          preexec_fn=preexec, env={**os.environ, **(environment or {})})


def run_script(name, *arguments, timeout=120):
    """The ended process of scripts/NAME, with its output as text."""
    return subprocess.run(["/usr/bin/python3", "-B", f"{SOURCE}/scripts/{name}", *arguments],
                          capture_output=True, text=True, timeout=timeout)


def start(*arguments):
    """A running process whose output goes to the files in its attribute `log`."""
    log = tempfile.TemporaryFile(mode="w+")
    process = subprocess.Popen([PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL,
                               stdout=log, stderr=subprocess.STDOUT)
    process.log = log
    return process


def output_of(process):
    process.log.seek(0)
    return process.log.read()


def without_machine(value):
    """Everything that must be equal in two histories: no keys `cost` and `machine`.

    The curve of a training stands with its details, but is no matter of the machine.
    """
    if isinstance(value, dict):
        kept = {key: without_machine(part) for key, part in value.items()
                if key not in ("cost", "machine")}
        details = value.get("cost", {}).get("details", {}) if "status" in value else {}
        if "curve" in details:
            kept["curve"] = details["curve"]
        return kept
    if isinstance(value, list):
        return [without_machine(part) for part in value]
    return value


def history(folder):
    ended = run("report", folder, "--json")
    if ended.returncode != 0:
        raise AssertionError(f"genet report {folder} failed: {ended.stderr}")
    return without_machine(json.loads(ended.stdout))


def processes_naming(text):
    """Process ids whose command line holds `text`, such as the path of a run folder."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
            with open(f"/proc/{name}/stat") as file:
                state = file.read().rpartition(")")[2].split()[0]
        except OSError:
            continue  # it ended meanwhile
        if state != "Z" and any(text.encode() in word for word in words):
            found.append(int(name))
    return found


def workers_of(process):
    """(process id, command line) of the children of a running search."""
    try:
        with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
            pids = [int(word) for word in file.read().split()]
        for task in os.listdir(f"/proc/{process.pid}/task"):
            with open(f"/proc/{process.pid}/task/{task}/children") as file:
                pids += [int(word) for word in file.read().split()]
    except OSError:
        return []
    found = {}
    for pid in pids:
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                found[pid] = file.read().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            pass
    return [(pid, line) for pid, line in found.items() if " worker " in line]


def wait_until(condition, seconds):
    """Whether `condition()` came true within the time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


class ProgramTest(unittest.TestCase):
    """A test case with a folder of its own, removed at the end."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="genet-test-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        mode = "wb" if isinstance(content, bytes) else "w"
        with open(path, mode) as file:
            file.write(content)
        return path

    def succeed(self, *arguments, **options):
        ended = run(*arguments, **options)
        self.assertEqual(ended.returncode, 0, f"genet {' '.join(map(str, arguments))}\n"
                                              f"{ended.stdout}\n{ended.stderr}")
        return ended

    def fail_with(self, statuses, *arguments, says="", **options):
        """One line on standard error, nothing on standard output, one of the statuses."""
        ended = run(*arguments, **options)
        what = f"genet {' '.join(map(str, arguments))}: {ended.returncode} {ended.stderr!r}"
        self.assertIn(ended.returncode, statuses, what)
        errors = [line for line in ended.stderr.splitlines() if line.startswith("genet: ")]
        self.assertEqual(len(errors), 1, what)
        self.assertEqual(ended.stderr.splitlines(), errors, what)
        self.assertEqual(ended.stdout, "", what)
        self.assertIn(says, ended.stderr, what)
        return ended


def main():
    if not os.environ.get("GENET_PROGRAM"):
        sys.exit("GENET_PROGRAM must name the genet program; ctest sets it")
    result = unittest.main(exit=False, verbosity=2, warnings="ignore").result
    if result.wasSuccessful() and result.skipped and len(result.skipped) == result.testsRun:
        sys.exit(77)  # ctest counts it as skipped
    sys.exit(0 if result.wasSuccessful() else 1)


__all__ = [name for name in dir() if not name.startswith("_")]
