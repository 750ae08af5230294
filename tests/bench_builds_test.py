"""scripts/bench-builds: what it prints and what it refuses."""
import re

from program import *


class BenchBuildsTest(unittest.TestCase):
    def test_two_builds_side_by_side(self):
        done = run_script("bench-builds", PROGRAM, PROGRAM, "--rounds", "2", "--seconds", "0.3",
                          "--", "--batch", "16")
        self.assertEqual(done.returncode, 0, done.stderr)
        ratio = float(re.search(r": ([\d.]+) in the median of", done.stdout).group(1))
        self.assertTrue(0.2 < ratio < 5, done.stdout)

    def test_what_is_no_program_or_needs_more_than_a_core_is_refused(self):
        for arguments, what in ((("/nowhere/genet", PROGRAM), "/nowhere/genet: not a program"),
                                ((PROGRAM, PROGRAM, "--rounds", "0"), "--rounds 0"),
                                ((PROGRAM, PROGRAM, "--", "--threads", "2"), "--threads")):
            done = run_script("bench-builds", *arguments)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(what, done.stderr)

    def test_an_option_that_bench_refuses_ends_it_with_one_line(self):
        done = run_script("bench-builds", PROGRAM, PROGRAM, "--seconds", "0.3", "--", "--batch", "0")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn("batch", done.stderr)


if __name__ == "__main__":
    main()
