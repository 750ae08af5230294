"""The same seed gives the same history, whatever the number of workers and threads."""
from program import *


class DeterminismTest(ProgramTest):
    def search(self, name, *arguments):
        folder = self.path(name)
        self.succeed("search", "--run", folder, "--quiet", *SEARCH, *arguments, timeout=300)
        return history(folder)

    def test_workers_and_threads_do_not_change_the_history(self):
        one = self.search("one", "--seed", "7", "--workers", "1", "--threads", "1")
        self.assertEqual(len(one["generations"]), 3)
        for generation in one["generations"]:
            self.assertEqual(len(generation["individuals"]), 4)
            for individual in generation["individuals"]:
                for key in ("genome", "parents", "operation", "flipped_bits", "fitness",
                            "evaluations"):
                    self.assertIn(key, individual)
                for evaluation in individual["evaluations"]:
                    self.assertIn("status", evaluation)
                    self.assertIn("accuracy", evaluation)
                    self.assertEqual(len(evaluation["curve"]), 1)
        self.assertEqual(one, self.search("two", "--seed", "7", "--workers", "2"))
        self.assertEqual(one, self.search("threads", "--seed", "7", "--workers", "1",
                                          "--threads", "2"))
        self.assertNotEqual(one["generations"],
                            self.search("other", "--seed", "8", "--workers", "2")["generations"])

    def test_runs_are_compared_over_their_common_strings(self):
        """One seed, one first generation; other trainings."""
        self.search("short", "--seed", "3")
        settings = changed(SEARCH, "--schedule", "2@1e-2", "--generations", "0")
        self.succeed("search", "--run", self.path("long"), "--quiet", *settings, "--seed", "3",
                     timeout=300)
        compared = json.loads(self.succeed("report", self.path("short"), "--against",
                                           self.path("long"), "--json").stdout)
        first = history(self.path("long"))["generations"][0]["individuals"]
        self.assertEqual({one["genome"]: one["second"] for one in compared["genomes"]},
                         {one["genome"]: one["fitness"] for one in first})
        self.assertIn("rank_correlation", compared)
        self.fail_with((1,), "report", self.path("short"), "--against", self.path("none"),
                       says="not a run folder")

    def test_random_search_has_the_same_budget(self):
        genetic = self.search("genetic", "--strategy", "genetic")
        chance = self.search("random", "--strategy", "random")
        for history_ in (genetic, chance):
            self.assertEqual([len(g["individuals"]) for g in history_["generations"]], [4, 4, 4])
        # One seed, one first generation.
        self.assertEqual([i["genome"] for i in genetic["generations"][0]["individuals"]],
                         [i["genome"] for i in chance["generations"][0]["individuals"]])


if __name__ == "__main__":
    main()
