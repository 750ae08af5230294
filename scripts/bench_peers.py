"""Measures GeNet's peers and GeNet in turns; called by scripts/bench-peers.

With --measure MODE it is the peer: it runs the network in PyTorch and prints lines of JSON.
"""
import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time

GENET_1 = "1-01|0-01-100|0-11-101-0001"
# Base network, genome, channels and size of the images.
PRESETS = {
    "iccv": ("C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-FC32-D0.5-FC10", GENET_1, 3, 32),
    "transfer": ("C3(P1)@64-MP3(S2)-C3(P1)@128-MP3(S2)-C3(P1)@256-MP3(S2)-FC1024-D0.5-FC10",
                 GENET_1, 3, 32),
    "arxiv-cifar": ("C5(P2)@8-MP3(S2)-C5(P2)@16-MP3(S2)-C5(P2)@32-MP3(S2)-FC128-D0.5-FC10",
                    GENET_1, 3, 32),
    "imagenet": ("C3(P1)@64-C3(P1)@64-MP2(S2)-C3(P1)@128-C3(P1)@128-MP2(S2)-"
                 "[C3(P1)@256]-MP2(S2)-[C3(P1)@512]-MP2(S2)-[C3(P1)@512]-MP2(S2)-"
                 "FC4096-D0.5-FC4096-D0.5-FC1000", GENET_1, 3, 224),
    "arxiv-mnist": ("C5@20-MP2(S2)-C5@50-MP2(S2)-FC500-D0.5-FC10", "1-01|0-11-101-0001", 1, 28),
}
PYTORCH_MODES = ["contiguous", "channels-last", "compiled", "compiled-channels-last"]
EVALUATE = {False: [], True: ["--evaluate"]}
LIBTORCH_LAYOUTS = ["contiguous", "channels-last"]


def decode_stage(text):
    """The inputs of each node (0 is the stage's default input node), and those of the output node.

    Isolated nodes are left out; a stage of isolated nodes is one convolution: (None).
    """
    rows = [[]] + [[i + 1 for i, bit in enumerate(row) if bit == "1"] for row in text.split("-")]
    inputs = {node + 1: row for node, row in enumerate(rows)}
    feeding = {i for row in rows for i in row}
    active = [node for node in inputs if inputs[node] or node in feeding]
    if not active:
        return None
    edges = {node: inputs[node] or [0] for node in active}
    return edges, [node for node in active if node not in feeding]


def make_network(base, genome, channels, size):
    """A torch.nn.Module in plain PyTorch style."""
    import torch
    from torch import nn

    def unit(inputs, outputs, kernel, padding):
        return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, padding=padding, bias=False),
                             nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))

    class Stage(nn.Module):
        def __init__(self, inputs, outputs, kernel, padding, text):
            super().__init__()
            self.first = unit(inputs, outputs, kernel, padding)
            self.stage = decode_stage(text)
            if self.stage:
                self.nodes = nn.ModuleDict(
                    {str(node): unit(outputs, outputs, 3, 1) for node in self.stage[0]})
                self.last = unit(outputs, outputs, 3, 1)

        def forward(self, x):
            values = {0: self.first(x)}
            if not self.stage:
                return values[0]
            edges, ends = self.stage

            def total(nodes):
                result = values[nodes[0]]
                for node in nodes[1:]:
                    result = result + values[node]
                return result

            for node, inputs in edges.items():
                values[node] = self.nodes[str(node)](total(inputs))
            return self.last(total(ends))

    layers, stages, flat = [], genome.split("|"), False
    parts = base.split("-")
    shape = torch.zeros(1, channels, size, size)  # goes along to learn the shapes
    last_hidden = max(i for i, part in enumerate(parts) if part.startswith("FC"))
    for i, part in enumerate(parts):
        if match := re.fullmatch(r"(\[?)C(\d+)(?:\(P(\d+)\))?@(\d+)\]?", part):
            kernel, padding, outputs = (int(x or 0) for x in match.groups()[1:])
            # Without brackets every convolution is a stage.
            if match[1] or "[" not in base:
                added = [Stage(shape.shape[1], outputs, kernel, padding, stages.pop(0))]
            else:
                added = [unit(shape.shape[1], outputs, kernel, padding)]
        elif match := re.fullmatch(r"MP(\d+)\(S(\d+)\)", part):
            added = [nn.MaxPool2d(int(match[1]), int(match[2]), ceil_mode=True)]
        elif match := re.fullmatch(r"FC(\d+)", part):
            added = [] if flat else [nn.Flatten()]
            flat = True
            features = shape.flatten(1).shape[1]
            added.append(nn.Linear(features, int(match[1])))
            if i != last_hidden:
                added.append(nn.ReLU(inplace=True))
        elif match := re.fullmatch(r"D([\d.]+)", part):
            added = [nn.Dropout(float(match[1]))]
        else:
            sys.exit(f"bench-peers: base network: {part} is not known here")
        layers += added
        with torch.no_grad():
            shape = nn.Sequential(*added).eval()(shape)
    return nn.Sequential(*layers)


def measure(mode, options):
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    base, genome, channels, size = PRESETS[options.preset]
    model = make_network(base, genome, channels, size).train(not options.evaluate)
    memory = torch.channels_last if "channels-last" in mode else torch.contiguous_format
    model = model.to(memory_format=memory)
    x = torch.randn(options.batch, channels, size, size).contiguous(memory_format=memory)
    y = torch.randint(0, 10, (options.batch,))
    weights = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    # foreach: the fastest form of the update on CPUs.
    optimiser = torch.optim.SGD([{"params": weights, "weight_decay": 5e-4}, {"params": others}],
                                lr=1e-4, momentum=0.9, foreach=True)
    run = torch.compile(model) if "compiled" in mode else model

    def evaluate():
        with torch.inference_mode():
            run(x)

    def train():
        optimiser.zero_grad(set_to_none=True)
        F.cross_entropy(run(x), y).backward()
        optimiser.step()

    step = evaluate if options.evaluate else train
    # Steps of large images take a minute: one to warm up then has to do.
    start = time.perf_counter()
    for i in range(3):
        if i == 0 or time.perf_counter() - start < 10:
            step()
    # One process for all the turns (compiling takes long): each line read starts a turn.
    print(json.dumps({"ready": True, "version": torch.__version__}), flush=True)
    for line in sys.stdin:
        seconds, times = float(line), []
        end = time.perf_counter() + seconds
        while not times or time.perf_counter() < end:
            start = time.perf_counter()
            step()
            times.append(time.perf_counter() - start)
        print(json.dumps({"images_per_second": options.batch / statistics.median(times)}),
              flush=True)


class PyTorch:
    """A PyTorch process that waits between its turns."""

    def __init__(self, mode, options):
        command = [sys.executable, os.path.abspath(__file__), "--measure", mode,
                   "--preset", options.preset, "--threads", str(options.threads),
                   "--batch", str(options.batch), *EVALUATE[options.evaluate]]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        self.version = self.read()["version"]

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the PyTorch process ended with status {self.process.wait()}")
        return json.loads(line)

    def turn(self, seconds):
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        return self.read()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Program:
    """A program that is started for each turn and prints JSON."""

    version = ""

    def __init__(self, *command):
        self.command = command

    def turn(self, seconds):
        result = subprocess.run([*self.command, "--seconds", str(seconds)], check=True,
                                stdout=subprocess.PIPE, text=True)
        found = json.loads(result.stdout)
        self.version = found.get("version", self.version)
        return found

    def close(self):
        pass


def find(folder, name):
    for root, _, files in os.walk(folder):
        path = os.path.join(root, name)
        if name in files and os.access(path, os.X_OK):
            return path
    return None


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def contestants(options):
    """name -> what makes it."""
    base, genome, channels, size = PRESETS[options.preset]
    threads, batch = str(options.threads), str(options.batch)
    genet = options.genet or find(options.build, "genet")
    if not genet:
        sys.exit(f"bench-peers: there is no genet in {options.build}; name it by --genet")
    makers = {"genet": lambda: Program(genet, "bench", genome, "--json", "--preset",
                                       options.preset, "--threads", threads, "--batch", batch,
                                       *EVALUATE[options.evaluate])}
    libtorch = find(options.build, "genet_torch_bench")
    if libtorch:
        for layout in LIBTORCH_LAYOUTS:
            makers[f"libtorch {layout}"] = lambda layout=layout: Program(
                libtorch, "--base", base, "--genome", genome, "--channels", str(channels),
                "--size", str(size), "--batch", batch, "--threads", threads, "--layout", layout,
                "--work", "evaluation" if options.evaluate else "training")
    for mode in PYTORCH_MODES:
        makers[f"pytorch {mode}"] = lambda mode=mode: PyTorch(mode, options)
    if options.only:
        wanted = options.only.split(",")
        unknown = [name for name in wanted if name not in makers]
        if unknown:
            sys.exit(f"bench-peers: --only: {unknown[0]} is none of {', '.join(makers)}")
        makers = {name: makers[name] for name in makers if name == "genet" or name in wanted}
    return makers


def compare(options):
    running, rates, extra = {}, {}, {}
    for name, make in contestants(options).items():
        print(f"bench-peers: preparing {name}", file=sys.stderr)
        try:
            running[name] = make()
            rates[name] = []
        except (RuntimeError, OSError) as error:
            print(f"bench-peers: {name} is left out: {error}", file=sys.stderr)
    for round_number in range(options.rounds):
        print(f"bench-peers: round {round_number + 1} of {options.rounds}", file=sys.stderr)
        for name, contestant in running.items():
            found = contestant.turn(options.seconds)
            rates[name].append(found["images_per_second"])
            if name == "genet":
                extra = {key: found.get(key) for key in ("target", "fraction_of_peak")}
    for contestant in running.values():
        contestant.close()

    medians = {name: statistics.median(values) for name, values in rates.items()}
    peers = {name: value for name, value in medians.items() if name != "genet"}
    fastest = max(peers, key=peers.get) if peers else None
    # Round by round, so that what slows a whole round down cancels.
    ratio = statistics.median(
        g / p for g, p in zip(rates["genet"], rates[fastest])) if fastest else None
    result = {
        "machine": {"processor": processor(), "cores": len(os.sched_getaffinity(0)), **extra},
        "preset": options.preset,
        "work": "evaluation" if options.evaluate else "training", "threads": options.threads, "batch": options.batch,
        "images_per_second": medians, "turns": rates,
        "versions": {name: c.version for name, c in running.items() if c.version},
        "fastest_peer": fastest, "ratio_to_fastest_peer": ratio}

    print(f"{result['machine']['processor']}, target {extra.get('target')}, preset "
          f"{options.preset}, {result['work']}, batch {options.batch}, "
          f"{options.threads} thread(s)")
    for name, value in sorted(medians.items(), key=lambda item: -item[1]):
        version = result["versions"].get(name, "")
        digits = 0 if value >= 20 else 2
        spread = f"{min(rates[name]):.{digits}f} to {max(rates[name]):.{digits}f}"
        print(f"  {name:32} {value:9.{digits}f} images/s   ({spread})  {version}")
    if fastest:
        print(f"GeNet is {ratio:.2f} times as fast as the fastest peer, {fastest}")
    if options.json == "-":
        print(json.dumps(result))
    elif options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(result, file, indent=2)
            file.write("\n")


def main():
    parser = argparse.ArgumentParser(prog="bench-peers", allow_abbrev=False)
    parser.add_argument("--venv", help="PyTorch's virtual environment")
    parser.add_argument("--build", default="build/peers", help="folder of the built programs")
    parser.add_argument("--genet", help="the genet program (default: the one in --build)")
    parser.add_argument("--preset", choices=PRESETS, default="iccv")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--evaluate", action="store_true",
                        help="the forward pass of evaluation instead of training")
    parser.add_argument("--seconds", type=float, default=3, help="length of a turn")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each")
    parser.add_argument("--only", metavar="NAME,...", help="these peers only")
    parser.add_argument("--json", metavar="FILE", help="write all figures to FILE, - for stdout")
    parser.add_argument("--measure", metavar="MODE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.threads < 1 or options.batch < 1 or options.rounds < 1 or options.seconds <= 0:
        parser.error("--threads, --batch, --rounds and --seconds must be positive")
    if options.measure:
        measure(options.measure, options)
    else:
        compare(options)


if __name__ == "__main__":
    main()
