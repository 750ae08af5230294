"""Two builds side by side: each pair of programs has one core, which the system divides evenly.

Whatever disturbs the machine then disturbs both alike, so that their ratio tells builds apart that
differ by a hundredth. Used by scripts/bench-builds and scripts/bench-guard.
"""
import os
import statistics
import subprocess


class Failed(Exception):
    """One of the programs ended with an error; the text says which and how."""


def start(command, core):
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True,
                            preexec_fn=lambda: os.sched_setaffinity(0, {core}))


def output(process):
    out, err = process.communicate()
    if process.returncode != 0:
        lines = err.strip() or f"ended with status {process.returncode}"
        raise Failed(f"{' '.join(process.args)}: {lines}")
    return out


def turn(commands, number):
    """What both commands printed, once for each core: a list of (old, new).

    The order of their starts changes from turn to turn and from core to core.
    """
    pairs = []
    for core in sorted(os.sched_getaffinity(0)):
        order = [0, 1] if (number + core) % 2 else [1, 0]
        pairs.append({build: start(commands[build], core) for build in order})
    try:
        return [(output(pair[0]), output(pair[1])) for pair in pairs]
    finally:
        for process in (process for pair in pairs for process in pair.values()):
            if process.poll() is None:
                process.kill()
                process.communicate()


def median_interval(values, confidence=0.99):
    """The median, and an interval that holds the true one, by order statistics: (median, low, high).

    The k-th least and the k-th greatest of n values enclose the median of what they are drawn from
    with probability 1 - 2 P(B < k), B the heads in n tosses of a coin, whatever the distribution is.
    k is the greatest for which that reaches `confidence`. Of fewer than eight values it is the whole
    range, with less confidence.
    """
    ordered = sorted(values)
    n = len(ordered)
    k, tail, term = 0, 0.0, 0.5 ** n  # tail: P(B < k); term: P(B = k)
    while k < n // 2 and 1 - 2 * (tail + term) >= confidence:
        tail += term
        term *= (n - k) / (k + 1)
        k += 1
    k = max(k, 1)
    return statistics.median(ordered), ordered[k - 1], ordered[n - k]
