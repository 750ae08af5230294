"""scripts/bench-start: what it prints and what it refuses."""
import re

from program import *


class BenchStartTest(unittest.TestCase):
    def test_the_starts_of_a_worker_are_timed(self):
        done = run_script("bench-start", PROGRAM, "synthetic", "--starts", "3", "--", "--batch", "16")
        self.assertEqual(done.returncode, 0, done.stderr)
        median, least = re.search(r"(\d+) ms in the median of 3, least (\d+) ms", done.stdout).groups()
        self.assertTrue(0 < int(least) <= int(median) < 60000, done.stdout)

    def test_what_is_no_program_is_refused(self):
        for arguments, what in ((("/nowhere/genet", "synthetic"), "/nowhere/genet: not a program"),
                                ((PROGRAM, "synthetic", "--starts", "0"), "--starts 0")):
            done = run_script("bench-start", *arguments)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(what, done.stderr)

    def test_a_data_set_that_is_not_there_ends_it_with_one_line(self):
        done = run_script("bench-start", PROGRAM, "cifar10:/nowhere")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn("/nowhere", done.stderr)


if __name__ == "__main__":
    main()
