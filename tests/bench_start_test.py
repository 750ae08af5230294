"""scripts/bench-start: what it prints and what it refuses."""
import re

from program import *

SCRIPT = f"{SOURCE}/scripts/bench-start"


class BenchStartTest(unittest.TestCase):
    def run_script(self, *arguments):
        return subprocess.run(["/usr/bin/python3", SCRIPT, *arguments], capture_output=True,
                              text=True, timeout=120)

    def test_the_starts_of_a_worker_are_timed(self):
        done = self.run_script(PROGRAM, "synthetic", "--starts", "3", "--", "--batch", "16")
        self.assertEqual(done.returncode, 0, done.stderr)
        median, least = re.search(r"(\d+) ms in the median of 3, least (\d+) ms", done.stdout).groups()
        self.assertTrue(0 < int(least) <= int(median) < 60000, done.stdout)

    def test_what_is_no_program_is_refused(self):
        for arguments, what in ((("/nowhere/genet", "synthetic"), "/nowhere/genet: not a program"),
                                ((PROGRAM, "synthetic", "--starts", "0"), "--starts 0")):
            done = self.run_script(*arguments)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(what, done.stderr)

    def test_a_data_set_that_is_not_there_ends_it_with_one_line(self):
        done = self.run_script(PROGRAM, "cifar10:/nowhere")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn("/nowhere", done.stderr)


if __name__ == "__main__":
    main()
