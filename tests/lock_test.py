"""A second search on a run folder in use is refused."""
from program import *


class LockTest(ProgramTest):
    def test_second_search_is_refused(self):
        folder = self.path("run")
        settings = [*NETWORK, "--data", "synthetic", "--schedule", "500@1e-2", "--train-images",
                    "2000", "--validation-images", "128", "--population", "2"]
        first = start("search", "--run", folder, "--workers", "1", *settings)
        self.addCleanup(first.wait)
        self.addCleanup(first.kill)
        self.assertTrue(wait_until(lambda: workers_of(first), 60), output_of(first))
        self.fail_with((1,), "search", "--run", folder, "--quiet", *settings, says=str(first.pid))
        self.assertIsNone(first.poll(), "the first search goes on")
        # Reading is no writing.
        self.succeed("report", folder, "--json")


if __name__ == "__main__":
    main()
