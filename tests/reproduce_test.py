"""The experiments of the paper at scale smoke, made shorter still, on the synthetic data set."""
import csv
import glob
import shutil

from program import *

# So small that a network trains in a moment. The tables have to say all of it.
SHORT = ["--population", "4", "--generations", "2", "--schedule", "1@1e-2", "--train-images", "256",
         "--validation-images", "100", "--repeats", "2"]
SMOKE = ["--scale", "smoke", "--data", "synthetic", *SHORT, "--quiet"]
SAID = ("smoke with population 4, generations 2, schedule 1@1e-2, training images 256, "
        "validation images 100, repeats 2")


def rows_of(path):
    """The rows of a CSV file below its comments."""
    with open(path, newline="") as file:
        lines = [line for line in file if not line.startswith("#")]
    return list(csv.DictReader(lines))


class ReproduceTest(ProgramTest):
    def reproduce(self, experiment, *arguments):
        ended = self.succeed("reproduce", experiment, "--run", self.path("out"), "--json",
                             *arguments, timeout=280)
        result = json.loads(ended.stdout)
        return {table["table"]: table for done in result["experiments"]
                for table in done.get("tables", [])}

    def test_table1_random_and_dense_share_one_process(self):
        table = self.reproduce("table1", *SMOKE)["table1"]
        self.assertEqual(table["conditions"]["scale"], SAID)
        self.assertEqual(table["conditions"]["data"], "synthetic")
        self.assertEqual([row["generation"] for row in table["rows"]],
                         [0, 1, 2, 3, 5, 8, 10, 20, 30, 50])
        # What the table shows is what the run folder holds.
        run_folder = os.path.join(self.path("out"), "runs", "genetic-1")
        generations = history(run_folder)["generations"]
        for generation, row in zip(generations, table["rows"]):
            best = max(one["fitness"] for one in generation["individuals"])
            self.assertAlmostEqual(row["max_percent"], 100 * best, places=9)
        self.assertEqual(table["rows"][9]["paper_max_percent"], 77.19)
        self.assertIsNone(table["rows"][9]["max_percent"])
        with open(self.path("out/table1.txt")) as file:
            text = file.read()
        for word in (SAID, "synthetic", "12 evaluations", "held out"):
            self.assertIn(word, text)
        self.assertEqual(rows_of(self.path("out/table1.csv"))[9]["paper_max_percent"], "77.19")

        # Settings come from the folder now; the process is not run again.
        before = os.stat(os.path.join(run_folder, "run.db")).st_mtime_ns
        random_table = self.reproduce("random", "--quiet")["random"]
        self.assertEqual(random_table["conditions"]["scale"], SAID)
        self.assertEqual(random_table["values"]["networks"], 12)
        self.assertEqual(random_table["values"]["again_trainings"], 2)
        dense = self.reproduce("dense", "--quiet")["dense"]
        self.assertEqual(dense["rows"][1]["genome"], "1-11|1-11-111|1-11-111-1111")
        self.assertEqual(dense["rows"][1]["trainings"], 2)
        self.assertEqual(os.stat(os.path.join(run_folder, "run.db")).st_mtime_ns, before)

        # The same command prints the same table, without training anything.
        again = self.reproduce("table1", *SMOKE)["table1"]
        self.assertEqual(without_machine(again), without_machine(table))

    def test_figures_and_structures(self):
        self.reproduce("figure3", *SMOKE)
        tables = self.reproduce("figure4", "--quiet")
        self.assertIn("both", tables["figure4"]["values"])
        self.reproduce("complexity", "--quiet")
        self.reproduce("figure5", "--quiet")
        points = rows_of(self.path("out/figure4-occurrences.csv"))
        self.assertTrue(all(row["operation"] in ("mutation", "crossover") for row in points))
        drawn = ["figure5-1.svg", "figure5-1.png", "figure5-2.svg", "figure5-2.png"]
        if shutil.which("gnuplot"):
            drawn += ["figure3.svg", "figure3.png", "complexity.svg", "complexity.png"]
        for name in drawn:
            with open(self.path("out/" + name), "rb") as file:
                start = file.read(400)
            self.assertTrue(start.startswith(b"\x89PNG") or b"<svg" in start, name)

    def test_a_missing_gnuplot_is_one_line_and_leaves_the_data(self):
        ended = self.succeed("reproduce", "figure3", "--run", self.path("out"), *SMOKE[:-1],
                             environment={"PATH": "/nonexistent"}, timeout=280)
        lines = [line for line in ended.stderr.splitlines() if "gnuplot" in line]
        self.assertEqual(len(lines), 1, ended.stderr)
        self.assertIn("gnuplot-nox", lines[0])
        self.assertEqual(len(rows_of(self.path("out/figure3.csv"))), 3)
        self.assertFalse(os.path.exists(self.path("out/figure3.svg")))

    def test_table2_takes_a_runs_bests_and_says_so(self):
        self.reproduce("table1", *SMOKE)
        table = self.reproduce("table2", "--quiet", "--from", self.path("out"))["table2"]
        self.assertIn("seed 1", table["conditions"]["genomes"])
        ours = [row for row in table["rows"] if row["structure"]]
        self.assertEqual([row["structure"] for row in ours],
                         [f"best of G-0{t} of process 1" for t in (0, 0, 1, 2)])
        self.assertEqual([row["genome"] for row in ours][3],
                         history(self.path("out/runs/genetic-1"))["generations"][2]["individuals"][
                             max(range(4), key=lambda i: history(self.path("out/runs/genetic-1"))
                                 ["generations"][2]["individuals"][i]["fitness"])]["genome"])
        for row in ours:
            self.assertTrue(0 < row["synthetic_error_percent"] <= 100)
        self.assertEqual(ours[3]["paper_cifar10_error_percent"], 7.19)

    def test_a_folder_never_mixes_scales_seeds_or_data(self):
        self.reproduce("table1", *SMOKE)
        for given, says in ((["--scale", "hour"], "scale 'smoke', not 'hour'"),
                            (["--seed", "2"], "seed '1', not '2'"),
                            (["--data", "synthetic:9"], "'synthetic', not 'synthetic:9'"),
                            (["--population", "6"], "population '4', not '6'"),
                            (["--width", "0.5"], "width")):
            with self.subTest(given):
                self.fail_with([2], "reproduce", "table1", "--run", self.path("out"), *given,
                               says=says)

    def test_a_damaged_identity_is_named_with_what_to_do(self):
        path = self.path("out/reproduction.json")
        good = {"scale": "smoke", "overrides": {}, "data": "synthetic", "seed": 1,
                "record_test": False}
        os.makedirs(self.path("out"))
        for bad, says in (("", "not JSON"), ('{"scale": "smo', "not JSON"), ("[]", ""),
                          (json.dumps({**good, "scale": "week"}), "week"),
                          (json.dumps({**good, "overrides": {"bogus": "1"}}), "bogus"),
                          (json.dumps({**good, "overrides": {"seed": "3"}}), "seed"),
                          (json.dumps({**good, "overrides": {"population": "0"}}), "population"),
                          (json.dumps({**good, "more": 1}), "more")):
            with self.subTest(bad):
                self.write("out/reproduction.json", bad)
                ended = self.fail_with([1], "reproduce", "table1", "--run", self.path("out"),
                                       says=says)
                self.assertIn(path, ended.stderr)
                self.assertIn("take another --run folder", ended.stderr)

    def test_mistakes_are_one_line_and_leave_no_folder(self):
        for arguments, says in ((["table1"], "a scale is needed"),
                                (["table9", "--scale", "smoke"], "'table9' is no experiment"),
                                ([], "which experiment?"),
                                (["table1", "--scale", "week"], "paper, day, hour, smoke"),
                                (["table3", "--scale", "smoke"], "--data imagenet:DIR"),
                                (["caltech", "--scale", "smoke"], "--data images:DIR"),
                                (["table1", "--scale", "smoke", "--from", "x"], "only table2"),
                                (["table2", "--scale", "smoke", "--from", "/nonexistent"],
                                 "not a run folder"),
                                (["table1", "--scale", "smoke", "--width", "-1"], "--width"),
                                (["table1", "--scale", "smoke", "--population", "0"],
                                 "--population"),
                                (["table1", "--scale", "smoke", "--data", "nothing:x"],
                                 "unknown data set")):
            with self.subTest(arguments):
                self.fail_with([2], "reproduce", *arguments, "--run", self.path("none"), says=says)
        self.assertFalse(os.path.exists(self.path("none")))

    def test_list_tells_every_scale_and_what_it_costs(self):
        result = json.loads(self.succeed("reproduce", "--list", "--scale", "smoke", "--json",
                                         "--workers", "2").stdout)
        [scale] = result["scales"]
        self.assertEqual(scale["search"]["population"], 6)
        costs = {one["experiment"]: one["cost"]["seconds_by_workers"]
                 for one in scale["experiments"]}
        self.assertGreater(costs["table1"]["1"], 0)
        self.assertGreater(costs["figure3"]["1"], costs["table1"]["1"])
        self.assertEqual(set(costs["table1"]), {"1", "2"})

    def test_list_tells_what_more_cores_would_cost(self):
        many = self.succeed("reproduce", "--list", "--scale", "smoke", "--cores", "4096").stdout
        self.assertIn("4096 workers", many)
        self.assertIn("as many like these", many)
        self.fail_with([2], "reproduce", "table1", "--cores", "2", says="--cores: goes with --list")


class TransferTest(ProgramTest):
    def transfer(self, *arguments):
        return json.loads(self.succeed(
            "transfer", "genet-1", "all-zeros", "--run", self.path("out"), "--width", "0.0625",
            "--schedule", "1@1e-2", "--batch", "64", "--train-images", "256", "--quiet", "--json",
            *arguments, timeout=280).stdout)

    def test_trains_each_genome_on_each_data_set_and_resumes(self):
        table = self.transfer("--data", "synthetic", "--data", "synthetic:7", "--workers", "2")
        ours = [row for row in table["rows"] if row["structure"]]
        self.assertEqual([row["structure"] for row in ours], ["genet-1", "all-zeros"])
        self.assertEqual(ours[0]["paper_svhn_error_percent"], 1.99)
        self.assertIsNone(ours[1]["paper_row"])
        for row in ours:
            self.assertTrue(0 < row["synthetic_error_percent"] <= 100)
            self.assertTrue(0 < row["synthetic-2_error_percent"] <= 100)
        folders = sorted(os.listdir(self.path("out/trained")))
        self.assertEqual(len(folders), 4)
        for folder in folders:
            with open(self.path(f"out/trained/{folder}/result.json")) as file:
                result = json.load(file)
            self.assertEqual(result["train_images"], 256)
            self.assertTrue(result["settings"]["training"]["augment_mirror"])
            self.assertIn("C3(P1)@4-", result["settings"]["base"])
        # Another number of workers gives the same; what is done is not done again.
        weights = self.path(f"out/trained/{folders[0]}/weights.safetensors")
        before = os.stat(weights).st_mtime_ns
        self.assertEqual(without_machine(self.transfer("--data", "synthetic", "--data",
                                                       "synthetic:7", "--workers", "1")),
                         without_machine(table))
        self.assertEqual(os.stat(weights).st_mtime_ns, before)

    def test_trainings_write_checkpoints_as_often_as_asked(self):
        process = start("transfer", "genet-1", "--run", self.path("often"), "--width", "0.125",
                        "--data", "synthetic", "--schedule", "1@1e-2", "--train-images", "4096",
                        "--checkpoint-every", "0.01s")
        found = lambda: glob.glob(self.path("often/trained/*/checkpoint.safetensors"))
        self.assertTrue(wait_until(found, 60), output_of(process))
        process.terminate()
        process.wait(timeout=30)

    def test_mistakes_are_one_line(self):
        run_folder = ["--run", self.path("none")]
        self.fail_with([2], "transfer", "genet-9", *run_folder, says="genet-9")
        self.fail_with([2], "transfer", "1-01", *run_folder)
        self.fail_with([2], "transfer", "genet-1", "--width", "0", *run_folder)
        self.fail_with([2], "transfer", "genet-1", "--data", "nothing:x", *run_folder,
                       says="unknown data set")
        self.assertFalse(os.path.exists(self.path("none")))


if __name__ == "__main__":
    main()
