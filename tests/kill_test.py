"""SIGKILLs searches and workers at random moments; the history must come out the same.

    kill_test.py [--kills N] [--seed N]

Searches are killed and resumed until they end, one run folder after the other, until N kills
were made. GENET_KILLS sets N as well. The seed of the random moments is printed.
"""
import argparse

from program import *

# Several epochs and checkpoints in and between them, so that kills fall within trainings as well.
SETTINGS = [*NETWORK, "--data", "synthetic", "--schedule", "6@1e-2", "--train-images", "1024",
            "--validation-images", "256", "--batch", "64", "--population", "4",
            "--generations", "2", "--seed", "3"]


class KillTest(ProgramTest):
    kills = int(os.environ.get("GENET_KILLS", "20"))
    seed = random.SystemRandom().randrange(10**6)

    def search(self, folder):
        return start("search", "--run", folder, "--quiet", "--workers", "2",
                     "--checkpoint-every", "0.01s", *SETTINGS)

    def expect_no_process(self, folder, when):
        self.assertTrue(wait_until(lambda: not processes_naming(folder), 5),
                        f"a process of {folder} is alive {when}: {processes_naming(folder)}")

    def test_history_survives_kills(self):
        chance = random.Random(self.seed)
        print(f"kill_test: --kills {self.kills} --seed {self.seed}", flush=True)
        undisturbed = self.path("undisturbed")
        began = time.monotonic()
        process = self.search(undisturbed)
        self.assertEqual(process.wait(timeout=300), 0, output_of(process))
        duration = time.monotonic() - began
        self.expect_no_process(undisturbed, "after its end")
        want = history(undisturbed)

        searches_killed = workers_killed = compared = 0
        while searches_killed + workers_killed < self.kills:
            folder = self.path(f"killed-{compared}")
            # Grows, so that a run ends however slow the machine is.
            longest = duration / 2
            while True:
                process = self.search(folder)
                try:
                    status = process.wait(timeout=chance.uniform(0.01, longest))
                except subprocess.TimeoutExpired:
                    status = None
                if status is not None:
                    self.assertEqual(status, 0, output_of(process))
                    break
                workers = workers_of(process)
                if workers and chance.random() < 0.5:
                    pid, _ = chance.choice(workers)
                    try:
                        os.kill(pid, signal.SIGKILL)
                        workers_killed += 1
                    except ProcessLookupError:
                        pass
                    try:
                        status = process.wait(timeout=chance.uniform(0.01, longest))
                    except subprocess.TimeoutExpired:
                        status = None
                    if status is not None:
                        self.assertEqual(status, 0, output_of(process))
                        break
                process.kill()
                process.wait()
                searches_killed += 1
                longest *= 1.1
                self.expect_no_process(folder, "after its search was killed")
            self.expect_no_process(folder, "after its end")
            self.assertEqual(history(folder), want, f"run {compared} with --seed {self.seed}")
            compared += 1
        print(f"kill_test: {searches_killed + workers_killed} kills ({searches_killed} of "
              f"searches, {workers_killed} of workers), {compared} histories compared, all equal "
              f"to the undisturbed one; seed {self.seed}", flush=True)

    def test_the_same_worker_is_killed_many_times(self):
        undisturbed, folder = self.path("undisturbed"), self.path("killed")
        process = self.search(undisturbed)
        self.assertEqual(process.wait(timeout=300), 0, output_of(process))
        process = self.search(folder)
        kills, killed = 0, set()
        while kills < 10:
            victims = [pid for pid, line in workers_of(process)
                       if "g000-i001.job" in line and pid not in killed]
            if not victims:
                self.assertIsNone(process.poll(), output_of(process))
                time.sleep(0.002)
                continue
            os.kill(victims[0], signal.SIGKILL)
            killed.add(victims[0])
            kills += 1
        self.assertEqual(process.wait(timeout=300), 0, output_of(process))
        self.assertEqual(history(folder), history(undisturbed))
        report = json.loads(run("report", folder, "--json").stdout)
        evaluation = report["generations"][0]["individuals"][1]["evaluations"][0]
        self.assertGreater(evaluation["cost"]["attempts"], 3)

    def test_a_run_that_was_told_to_go_on_longer_does_so_after_a_kill(self):
        undisturbed, folder = self.path("undisturbed"), self.path("killed")
        shorter = changed(SEARCH, "--generations", "1")
        self.succeed("search", "--run", undisturbed, "--quiet", *SEARCH)
        self.succeed("search", "--run", folder, "--quiet", *shorter)
        process = start("search", "--run", folder, "--quiet", "--generations", "2")
        self.assertTrue(wait_until(lambda: workers_of(process) or process.poll() is not None, 60))
        process.kill()
        process.wait()
        self.succeed("search", "--run", folder, "--quiet")  # without the flag
        self.assertEqual(history(folder), history(undisturbed))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=KillTest.kills)
    parser.add_argument("--seed", type=int, default=KillTest.seed)
    options = parser.parse_args()
    KillTest.kills, KillTest.seed = options.kills, options.seed
    sys.argv[1:] = []
    main()
