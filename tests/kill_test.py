"""SIGKILLs searches and workers at random moments; the history must come out the same.

    kill_test.py [--kills N] [--seed N]

Searches are killed and resumed until they end, one run folder after the other, until N kills
were made. GENET_KILLS sets N as well. The seed of the random moments is printed.
"""
import argparse

from program import *

# Several epochs and a checkpoint after each, so that kills fall within trainings as well.
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
            killed_jobs = set()
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
                # A worker that fails at every attempt fails its evaluation: one kill a job.
                workers = [(pid, line) for pid, line in workers_of(process)
                           if line not in killed_jobs]
                if workers and chance.random() < 0.5:
                    pid, line = chance.choice(workers)
                    killed_jobs.add(line)
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


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=KillTest.kills)
    parser.add_argument("--seed", type=int, default=KillTest.seed)
    options = parser.parse_args()
    KillTest.kills, KillTest.seed = options.kills, options.seed
    sys.argv[1:] = []
    main()
