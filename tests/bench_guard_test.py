"""scripts/bench-guard: it finds a slowed build, lets an equal one pass, and says what it refuses."""
from program import *

sys.path.insert(0, os.path.join(SOURCE, "scripts"))
import bench_pairs

KERNELS = os.environ.get("GENET_KERNELS_BENCH", "")
LAYER = "iccv/8to8@32"


class IntervalTest(unittest.TestCase):
    def test_the_interval_is_that_of_order_statistics(self):
        # 15 values: the 3rd least and greatest, for 2 P(B < 3) = 2 (1 + 15 + 105) / 2^15 = 0.7 %.
        self.assertEqual(bench_pairs.median_interval(range(1, 16)), (8, 3, 13))
        # 8 values: the whole range, for 2 / 2^8 = 0.8 %; of fewer it is the range as well.
        self.assertEqual(bench_pairs.median_interval(range(1, 9)), (4.5, 1, 8))
        self.assertEqual(bench_pairs.median_interval([3, 1, 2]), (2, 1, 3))
        self.assertEqual(bench_pairs.median_interval([7]), (7, 7, 7))
        self.assertEqual(bench_pairs.median_interval(range(1, 21), 0.95)[1:], (6, 15))

    def test_it_holds_the_true_median_as_often_as_it_says(self):
        drawn = random.Random(1)
        held = 0
        for _ in range(2000):
            _, low, high = bench_pairs.median_interval([drawn.gauss(1, 0.1) for _ in range(16)])
            held += low <= 1 <= high
        self.assertGreater(held / 2000, 0.985)


class BenchGuardTest(ProgramTest):
    def build(self, name, target=None):
        """A build folder with this build's programs; with `target`, made to use that SIMD target."""
        programs = {"bin/genet": PROGRAM, "genet/kernels/genet_kernels_bench": KERNELS}
        self.write(f"{name}/CMakeCache.txt", "")
        for path, program in programs.items():
            if not program:
                continue
            pin = f"GENET_TARGET={target} " if target else ""
            os.chmod(self.write(f"{name}/{path}", f'#!/bin/sh\n{pin}exec "{program}" "$@"\n'), 0o755)
        return self.path(name)

    def guard(self, *arguments):
        return run_script("bench-guard", *arguments, "--seconds", "0.3", "--kernel-seconds", "0.02",
                          timeout=280)

    def test_a_slowed_build_is_found(self):
        targets = json.loads(self.succeed("signature", "--parts", "genomes", "--json",
                                          "--quiet").stdout)["targets"]
        if "SSE4" not in targets[1:]:
            self.skipTest(f"no SIMD target that is slower for certain among {targets}")
        builds = self.build("usual"), self.build("slowed", "SSE4")
        for only in ["bench/iccv/batch32", *([f"convolution_forward/{LAYER}"] if KERNELS else [])]:
            with self.subTest(only):
                done = self.guard(*builds, "--turns", "2", "--only", only)
                self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                self.assertRegex(done.stdout, f"{only}.* slower\n")
                faster = self.guard(*reversed(builds), "--turns", "2", "--only", only)
                self.assertEqual(faster.returncode, 0, faster.stdout + faster.stderr)
                self.assertRegex(faster.stdout, f"{only}.* faster\n")

    def test_an_equal_build_passes(self):
        build = self.build("usual")
        done = self.guard(build, build, "--turns", "2", "--limit", "60", "--only",
                          "bench/iccv/batch32")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(", 0 slower by more than 60 % beyond noise", done.stdout)

    def test_what_is_no_build_or_names_no_benchmark_is_refused(self):
        build = self.build("usual")
        for arguments, what in (((self.path("nowhere"), build), "neither a source tree nor a build"),
                                ((build, build, "--turns", "0"), "--turns 0"),
                                ((build, build, "--only", "nothing"), "no benchmark's name"),
                                ((build, build, "--", "--batch"), "no options are handed on")):
            done = run_script("bench-guard", *arguments)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(what, done.stderr)

    def test_a_program_that_fails_ends_it_with_one_line(self):
        build = self.build("usual")
        self.write("broken/CMakeCache.txt", "")
        os.chmod(self.write("broken/bin/genet", "#!/bin/sh\necho no luck >&2\nexit 3\n"), 0o755)
        done = self.guard(build, self.path("broken"), "--turns", "1", "--only", "bench/iccv/batch32")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no luck", done.stderr.splitlines()[-1])


if __name__ == "__main__":
    main()
