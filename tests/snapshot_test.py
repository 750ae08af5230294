"""A run is watched while its search runs: genet report --format snapshot."""
from program import *

LONG = [*NETWORK, "--data", "synthetic", "--schedule", "500@1e-2", "--train-images", "4000",
        "--validation-images", "128", "--population", "4", "--generations", "1"]


class SnapshotTest(ProgramTest):
    def snapshot(self, folder, since=0):
        return json.loads(self.succeed("report", folder, "--format", "snapshot", "--since",
                                       since).stdout)

    def test_what_runs_now_and_how_far(self):
        folder = self.path("run")
        process = start("search", "--run", folder, "--quiet", "--workers", "2", *LONG)
        self.assertTrue(wait_until(lambda: os.path.exists(os.path.join(folder, "run.db")), 60),
                        output_of(process))

        def furthest():
            return max((one["fraction"] for one in self.snapshot(folder)["running"]), default=0)

        self.assertTrue(wait_until(lambda: furthest() > 0, 60), output_of(process))
        snapshot = self.snapshot(folder)
        self.assertEqual({(one["generation"], one["individual"]) for one in snapshot["running"]},
                         {(0, 0), (0, 1)})
        self.assertEqual([len(one["individuals"]) for one in snapshot["generations"]], [4])
        self.assertEqual(snapshot["evaluations"], [])
        process.kill()
        process.wait()
        self.assertTrue(os.listdir(os.path.join(folder, "jobs")))
        self.assertEqual(self.snapshot(folder)["running"], [])  # files were left, nothing runs

    def test_what_is_new_since(self):
        folder = self.path("run")
        self.succeed("search", "--run", folder, "--quiet", *changed(SEARCH, "--generations", "1"))
        first = self.snapshot(folder)
        self.assertEqual(first["run"]["settings"]["search"]["population"], 4)
        self.assertEqual(len(first["evaluations"]), 8)
        for evaluation in first["evaluations"]:
            self.assertEqual(len(evaluation["curve"]), 1)
            self.assertEqual(len(evaluation["measures"]["class_hits"]), 10)
            self.assertEqual(sum(evaluation["measures"]["class_hits"]),
                             evaluation["measures"]["accuracy"] * 128)
            self.assertGreater(evaluation["cost"]["train_seconds_per_image"], 0)
        self.assertEqual(self.snapshot(folder, first["sequence"])["evaluations"], [])
        self.succeed("search", "--run", folder, "--quiet", "--generations", "2")
        second = self.snapshot(folder, first["sequence"])
        self.assertEqual(second["run"]["settings"]["search"]["generations"], 2)
        self.assertEqual([one["generation"] for one in second["generations"]], [2])
        self.assertEqual({one["generation"] for one in second["evaluations"]}, {2})

    def test_flags_that_do_not_go_together(self):
        folder = self.path("run")
        self.succeed("search", "--run", folder, "--quiet", *changed(SEARCH, "--generations", "0"))
        self.fail_with((2,), "report", folder, "--since", "3", says="--format snapshot")
        self.fail_with((2,), "report", folder, "--against", folder, "--format", "snapshot")
        self.fail_with((2,), "report", folder, "--json", "--format", "snapshot")
        for since in ("-1", "x", "9223372036854775808", "0x10"):
            self.fail_with((2,), "report", folder, "--format", "snapshot", f"--since={since}",
                           says="not a whole number of at least 0")


if __name__ == "__main__":
    main()
