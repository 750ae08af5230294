"""A run that genet 0.1.0 (29f4ac5d0c83) began goes on to the history that that build would have given it.

data/run-of-schema-1 is the folder of its search with two workers, killed in generation 1 when one
worker had written its outcome, which the search had not recorded, and the other a checkpoint. Nothing
was changed but the paths in the jobs, and the checkpoint of the outcome was left out. Beside it lies
the history that the same build gave the same settings undisturbed.
"""
import shutil
import sqlite3

from program import *

DATA = os.path.join(SOURCE, "tests/data")


def fuses_multiply_adds():
    with open("/proc/cpuinfo") as file:
        flags = file.read()
    return os.uname().machine != "x86_64" or " fma " in flags


class OldRunTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.run_folder = self.path("run")
        shutil.copytree(os.path.join(DATA, "run-of-schema-1"), self.run_folder)
        with open(os.path.join(DATA, "run-of-schema-1.history.json")) as file:
            self.whole = json.load(file)

    def query(self, sql):
        database = sqlite3.connect(os.path.join(self.run_folder, "run.db"))
        try:
            return database.execute(sql).fetchall()
        finally:
            database.close()

    def test_it_is_reported_as_it_is(self):
        self.assertEqual(history(self.run_folder)["generations"][0], self.whole["generations"][0])
        self.assertIn("1 generations; 4 evaluations: 4 finished",
                      self.succeed("report", self.run_folder).stdout)
        self.assertEqual(self.query("PRAGMA user_version"), [(1,)])

    @unittest.skipUnless(fuses_multiply_adds(), "this processor rounds otherwise (no FMA)")
    def test_it_goes_on_to_the_same_history(self):
        ended = self.succeed("search", "--run", self.run_folder, "--workers", "2")
        self.assertIn("note: genet 0.1.0 (29f4ac5d0c83) started this run", ended.stderr)
        self.assertEqual(history(self.run_folder), self.whole)
        self.assertEqual(os.listdir(os.path.join(self.run_folder, "jobs")), [])
        self.assertEqual(self.query("PRAGMA user_version"), [(2,)])
        # The outcome was taken as it was, the checkpoint was gone on from.
        taken, gone_on = self.query("SELECT version, epochs_resumed, finished FROM evaluation_costs "
                                    "WHERE generation = 1 AND individual < 2 ORDER BY individual")
        self.assertEqual(taken[0], "0.1.0 (29f4ac5d0c83)")
        self.assertNotEqual(gone_on[0], taken[0])
        self.assertGreaterEqual(gone_on[1], 2)
        self.assertRegex(gone_on[2], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")


if __name__ == "__main__":
    main()
