"""Engine torch through the program, on LibTorch's CPU device; and what a build without it says.

It has never been run on a GPU.
"""
import itertools
import statistics

from program import *

TORCH = ["--engine", "torch"]
# Hard enough that accuracies are far from 0 and 1, with epochs enough that rounding grows to a
# difference of its own.
SMALL_TASK = ["--base", "C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-FC10", "--nodes", "3,3", "--data",
              "synthetic", "--train-images", "2048", "--validation-images", "2048", "--batch", "32",
              "--schedule", "6@3e-3,1@3e-4", "--fc-deviation", "0"]
SEEDS = range(1, 9)
LEVEL = 0.01
LARGEST_MEAN_DIFFERENCE = 0.03  # in accuracy
LEARNT = 0.15  # chance is 0.1


def library():
    return json.loads(run("version", "--json").stdout)["engine_torch"]


def sign_flip_p_value(differences):
    """Two-sided exact permutation test: each paired difference could as well have its sign changed."""
    observed = abs(sum(differences))
    sums = [abs(sum(sign * d for sign, d in zip(signs, differences)))
            for signs in itertools.product((1, -1), repeat=len(differences))]
    return sum(one >= observed - 1e-12 for one in sums) / len(sums)


class TorchProgramTest(ProgramTest):
    # Commands that train, and their flag for devices.
    COMMANDS = ((["search"], "--devices"), (["transfer", "vgg"], "--devices"),
                (["reproduce", "table2", "--scale", "smoke"], "--devices"),
                (["train", "vgg"], "--device"))

    def refused(self, command, *flags, says):
        """A usage error that leaves no folder behind."""
        with self.subTest(command=command, flags=flags):
            folder = self.path("none")
            self.fail_with((2,), *command, "--run", folder, *flags, says=says)
            self.assertFalse(os.path.exists(folder))


class EveryBuildTest(TorchProgramTest):
    def test_what_belongs_to_engine_torch_needs_it(self):
        for command, device_flag in self.COMMANDS:
            self.refused(command, device_flag, "cuda:0", says="needs engine torch")
            self.refused(command, "--channels-last", says="a setting of engine torch")
            self.refused(command, "--bfloat16", says="a setting of engine torch")

    def test_workers_and_devices_must_agree(self):
        for command, device_flag in self.COMMANDS[:3]:
            self.refused(command, device_flag, "cpu", "--per-device", "2", "--workers", "3",
                         says="--workers 3: --devices and --per-device make 2")
            self.refused(command, "--per-device", "2", says="--devices")


class WithoutLibTorchTest(TorchProgramTest):
    def setUp(self):
        super().setUp()
        if library():
            self.skipTest("engine torch is in this build")

    def test_the_engine_is_refused_in_one_line_that_says_what_to_do(self):
        for command, _ in self.COMMANDS:
            self.refused(command, *TORCH, says="-DGENET_TORCH=ON")

    def test_what_computes_without_training_is_refused_too(self):
        for command in (["bench"], ["reproduce", "--list"]):
            self.fail_with((2,), *command, *TORCH, says="-DGENET_TORCH=ON")

    def test_a_library_of_another_build_is_refused(self):
        """Its types may differ from the program's, so nothing but its version may be looked at."""
        source, library_file = self.path("other.c"), self.path("libgenet_torch.so")
        with open(source, "w") as file:
            file.write('const char* const genet_torch_plugin = "0.0.1 (another)";\n')
        subprocess.run(["cc", "-shared", "-o", library_file, source], check=True)
        ended = run("train", "vgg", *TORCH, "--out", self.path("none"),
                    environment={"LD_LIBRARY_PATH": os.path.dirname(library_file)})
        self.assertEqual(ended.returncode, 2, ended.stderr)
        self.assertIn("libgenet_torch.so is of genet 0.0.1 (another), this is", ended.stderr)
        self.assertEqual(len(ended.stderr.splitlines()), 1, ended.stderr)


class TorchTest(TorchProgramTest):
    def setUp(self):
        super().setUp()
        if not library():
            self.skipTest("engine torch is not in this build (-DGENET_TORCH=ON)")

    def test_engine_cpu_loads_no_libtorch(self):
        """The dynamic linker says which libraries it looks for."""
        for engine, loads in (([], False), (TORCH, True)):
            ended = run("train", "0-00|0-00", *SMALL_TASK[:4], *TRAINING, *engine, "--out",
                        self.path("out" + "".join(engine)), environment={"LD_DEBUG": "libs"})
            self.assertEqual(ended.returncode, 0, ended.stderr[-2000:])
            self.assertEqual("libtorch" in ended.stderr, loads)

    def test_a_device_that_is_not_there_is_refused_before_anything_is_trained(self):
        for command, device_flag in self.COMMANDS:
            self.refused(command, *TORCH, device_flag, "cuda:63",
                         says="device 'cuda:63' is not there; this LibTorch")

    def test_a_search_that_is_killed_and_resumed_has_the_same_history(self):
        settings = [*changed(SEARCH, "--schedule", "12@1e-2", "--train-images", "1024",
                             "--population", "3", "--generations", "1"), "--seed", "3", *TORCH]
        work = ["--devices", "cpu", "--per-device", "2", "--checkpoint-every", "0.01s", "--quiet"]
        undisturbed, folder = self.path("undisturbed"), self.path("killed")
        self.succeed("search", "--run", undisturbed, *work, *settings, timeout=300)
        # The workers die with their search, once early and once late in a training.
        for share in (0.1, 0.6):
            process = start("search", "--run", folder, *work, *settings)
            self.assertTrue(wait_until(lambda: len(workers_of(process)) == 2, 60),
                            output_of(process))
            self.assertTrue(wait_until(lambda: self.furthest(folder) > share, 60),
                            output_of(process))
            process.kill()
            process.wait()
        self.succeed("search", "--run", folder, *work, timeout=300)
        self.assertEqual(history(folder), history(undisturbed))
        report = json.loads(run("report", folder, "--json").stdout)
        self.assertEqual(report["settings"]["engine"]["name"], "torch")
        details = [evaluation["cost"]["details"] for generation in report["generations"]
                   for individual in generation["individuals"]
                   for evaluation in individual["evaluations"]]
        self.assertIn(f"{library()} on cpu", details[0]["machine"])
        self.assertTrue(any(one["cost"]["epochs_resumed"] > 0 for one in details))
        self.fail_with((2,), "search", "--run", folder, "--engine", "cpu",
                       says="the run was started with engine 'torch'")

    @staticmethod
    def furthest(folder):
        """The largest share of images that a running worker has done."""
        shares = [0.0]
        jobs = os.path.join(folder, "jobs")
        for name in os.listdir(jobs) if os.path.isdir(jobs) else []:
            if name.endswith(".progress"):
                try:
                    with open(os.path.join(jobs, name)) as file:
                        shares.append(float(file.read().split()[0]))
                except (OSError, IndexError):
                    pass
        return max(shares)

    def accuracy(self, seed, *flags):
        out = self.path(f"trained-{seed}{''.join(flags)}")
        ended = self.succeed("train", "0-00|0-00", *SMALL_TASK, "--seed", seed, "--out", out,
                             "--json", "--quiet", *flags, timeout=300)
        return json.loads(ended.stdout)["validation_accuracy"]

    def test_accuracies_over_seeds_are_those_of_the_cpu_engine(self):
        """Paired by seed: an exact sign-flip permutation test, and a bound on the mean difference,
        without which a test of too few seeds would pass whatever the engines do."""
        cpu = [self.accuracy(seed) for seed in SEEDS]
        torch = [self.accuracy(seed, *TORCH) for seed in SEEDS]
        differences = [b - a for a, b in zip(cpu, torch)]
        p = sign_flip_p_value(differences)
        print(f"torch_test: {library()}, {len(cpu)} seeds: mean accuracy "
              f"{statistics.mean(torch):.4f} against {statistics.mean(cpu):.4f} of engine cpu "
              f"(deviation {statistics.stdev(cpu):.4f} over seeds), mean difference "
              f"{statistics.mean(differences):+.4f}, largest {max(map(abs, differences)):.4f}, "
              f"permutation test p = {p:.3f}", flush=True)
        self.assertGreater(p, LEVEL)
        self.assertLess(abs(statistics.mean(differences)), LARGEST_MEAN_DIFFERENCE)
        self.assertGreater(statistics.mean(torch), LEARNT)

    def test_its_settings_are_recorded_with_the_training(self):
        """Of one epoch: processors are slow at bfloat16."""
        ended = self.succeed("train", "vgg", "--out", self.path("trained"), *NETWORK, *TRAINING,
                             *TORCH, "--channels-last", "--bfloat16", "--json", "--quiet")
        self.assertEqual(json.loads(ended.stdout)["settings"]["engine"],
                         {"name": "torch", "channels_last": True, "bfloat16": True})

    def test_it_is_measured_and_computes_with_given_weights(self):
        bench = ["bench", *NETWORK, "--batch", "8", "--seconds", "0.5", "--json", *TORCH]
        result = json.loads(self.succeed(*bench, "--bfloat16").stdout)
        self.assertEqual((result["engine"], result["device"]), ("torch", "cpu"))
        self.assertGreater(result["fraction_of_peak"], 0)
        rows = json.loads(self.succeed(*bench, "--breakdown").stdout)["rows"]
        self.assertLessEqual({"assemble batch", "forward", "backward", "update"},
                             {row["work"] for row in rows})
        folder = self.path("trained")
        self.succeed("train", "vgg", "--out", folder, *NETWORK, *TRAINING, "--quiet")
        evaluate = ["evaluate", os.path.join(folder, "weights.safetensors"), "--json"]
        losses = [json.loads(self.succeed(*evaluate, *engine).stdout)["loss"]
                  for engine in ([], TORCH)]
        self.assertAlmostEqual(*losses, places=4)

    def test_transfer_hands_engine_and_device_to_its_trainings(self):
        folder = self.path("transfer")
        self.succeed("transfer", "vgg", "--run", folder, *NETWORK, "--schedule", "1@1e-2",
                     "--train-images", "256", "--batch", "64", *TORCH, "--devices", "cpu",
                     "--quiet")
        trained = os.path.join(folder, "trained")
        with open(os.path.join(trained, os.listdir(trained)[0], "settings.json")) as file:
            self.assertEqual(json.load(file)["engine"]["name"], "torch")


if __name__ == "__main__":
    main()
