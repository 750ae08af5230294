"""Bad input anywhere gives one line on standard error, status 1 or 2, and loses nothing."""
import shutil
import sqlite3

from program import *

TRUNCATED = b"\x03" + bytes(3000)


class ArgumentsTest(ProgramTest):
    def test_bad_arguments(self):
        folder = self.path("run")
        for arguments in (
                ["serch"],
                ["search", "--nosuch"],
                ["search", "--run", folder, "--population", "0"],
                ["search", "--run", folder, "--population", "many"],
                ["search", "--run", folder, "--population", "99999999999999999999"],
                ["search", "--run", folder, "--generations", "-1"],
                ["search", "--run", folder, "--batch", "0"],
                ["search", "--run", folder, "--workers", "0"],
                ["search", "--run", folder, "--threads", "x"],
                ["search", "--run", folder, "--seed", "-5"],
                ["search", "--run", folder, "--preset", "nosuch"],
                ["search", "--run", folder, "--strategy", "greedy"],
                ["search", "--run", folder, "--schedule", "120"],
                ["search", "--run", folder, "--schedule", "0@1e-2"],
                ["search", "--run", folder, "--schedule", "3@nan"],
                ["search", "--run", folder, "--schedule", "3@1e-2,"],
                ["search", "--run", folder, "--nodes", "3,4"],
                ["search", "--run", folder, "--nodes", "3,,5"],
                ["search", "--run", folder, "--base", "C3(P1)@8-QQ"],
                ["search", "--run", folder, "--base", "C4@8-FC10", "--nodes", "3"],
                ["search", "--run", folder, "--data", "nosuch:here"],
                ["search", "--run", folder, "--data", "cifar10:"],
                ["search", "--run", folder, "--data", "synthetic:seven"],
                ["search", "--run", folder, *NETWORK, "--validation-images", "99999999"],
                ["search", "--run", folder, "--config", self.path("none.toml")],
                ["worker"],
                ["report", self.path("none")],
                ["evaluate", self.path("none.safetensors")],
                ["data", "info", "nosuch"],
                ["data", "fetch", "nosuch", self.path("data")],
                ["transfer", "genet-1", "--run", folder, "--width", "nan"],
                ["classify", self.path("none.npy"), "--costs", "1,nan"],
                ["bench", "--seconds", "nan"],
                ["presets", "iccv", "--markdown"],
                ["presets", "--markdown", "--json"],
                ["features", "--data", "synthetic", "--engine", "torch", "--out", folder],
                ["features", "--data", "synthetic", "--device", "cuda:9", "--out", folder]):
            with self.subTest(arguments=arguments):
                self.fail_with((1, 2), *arguments)
        self.assertFalse(os.path.exists(folder))

    def test_genomes_name_the_column(self):
        for genome, column in (("1-0x|0-01-100|0-11-101-0001", 4), ("2-01", 1)):
            self.fail_with((2,), "show", genome, says=f"column {column}")
        for genome in ("", "1-01|0-01-100", "1-0", "|", "1-01||0-01-100", "nosuch", "genet-9",
                       "1-01|0-01-100|0-11-101-00011", "\u00e9"):
            with self.subTest(genome=genome):
                self.fail_with((2,), "show", genome)
                self.fail_with((2,), "train", genome, "--out", self.path("trained"))

    def test_base_networks_name_the_column(self):
        self.fail_with((2,), "show", "vgg", "--base", "C3(P1)@8-X", "--nodes", "3", says="column 10")
        for base in ("", "-", "C3", "C3@", "C0@8-FC10", "C3(P1@8-FC10", "MP3(S0)-FC10", "D1.5-FC10",
                     "C3(P1)@99999999999-FC10", "[C3(P1)@8-FC10", "C3(P1)@8", "C3@8-MP99(S2)-C35@8-FC10"):
            with self.subTest(base=base):
                self.fail_with((2,), "show", "vgg", "--base", base, "--nodes", "3")

    def test_configs_name_the_line(self):
        for text, says in (("population = 4\npoplation = 5\n", ":2"),
                           ("batch = \n", ":1"),
                           ("seed = 1\nbatch = 'x'\n", ":2"),
                           ("[search]\npopulation = 3\n", ":1")):
            with self.subTest(text=text):
                config = self.write("bad.toml", text)
                self.fail_with((2,), "search", "--run", self.path("run"), "--config", config,
                               says="bad.toml" + says)
        self.fail_with((1, 2), "search", "--run", self.path("run"), "--config", self.folder)
        self.fail_with((1, 2), "search", "--run", self.path("run"), "--config",
                       self.write("binary.toml", bytes(range(256))))


class DataTest(ProgramTest):
    def test_cifar10(self):
        def batches(folder, last):
            record = b"\x03" + bytes(3072)
            for batch in range(1, 6):
                self.write(f"{folder}/data_batch_{batch}.bin", record * 10000)
            self.write(f"{folder}/test_batch.bin", last)
            return "cifar10:" + self.path(folder)

        self.fail_with((1,), "data", "info", batches("truncated", TRUNCATED), says="test_batch.bin")
        record = b"\x03" + bytes(3072)
        self.fail_with((1,), "data", "info",
                       batches("label", record * 7 + b"\x0a" + bytes(3072) + record * 9992),
                       says="test_batch.bin")
        self.fail_with((1, 2), "data", "info", "cifar10:" + self.path("none"), says="none")
        self.fail_with((1, 2), "data", "info", "cifar10:" + self.write("empty.tar.gz", b""))
        self.fail_with((1, 2), "data", "info", "cifar10:" + self.write("junk.tar.gz", b"junk" * 99))

    def test_mnist(self):
        header = struct.pack(">IIII", 0x803, 10, 28, 28)
        images, labels = header + bytes(7840), struct.pack(">II", 0x801, 10) + bytes(range(10))
        good = {"train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": labels,
                "t10k-images-idx3-ubyte": images, "t10k-labels-idx1-ubyte": labels}
        for number, (name, content) in enumerate((
                ("train-images-idx3-ubyte", images[:-1]), ("train-images-idx3-ubyte", images[:7]),
                ("train-images-idx3-ubyte", b""), ("t10k-labels-idx1-ubyte", labels[:-1] + b"\x0b"),
                ("train-labels-idx1-ubyte", struct.pack(">II", 0x801, 9) + bytes(9)),
                ("t10k-images-idx3-ubyte", struct.pack(">IIII", 0x803, 2**31, 2**31, 28)),
                ("t10k-images-idx3-ubyte", b"\x1f\x8b\x08junk"))):
            with self.subTest(name=name, number=number):
                for file, bytes_ in {**good, name: content}.items():
                    self.write(f"mnist{number}/{file}", bytes_)
                self.fail_with((1,), "data", "info", "mnist:" + self.path(f"mnist{number}"),
                               says=name.split("-")[0])


class RunFolderTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.folder_of_class = tempfile.TemporaryDirectory(prefix="genet-test-")
        cls.made = os.path.join(cls.folder_of_class.name, "run")
        ended = run("search", "--run", cls.made, "--quiet", *changed(SEARCH, "--generations", "1"))
        if ended.returncode != 0:
            raise AssertionError(ended.stderr)

    @classmethod
    def tearDownClass(cls):
        cls.folder_of_class.cleanup()

    def setUp(self):
        super().setUp()
        self.run_folder = self.path("run")
        shutil.copytree(self.made, self.run_folder)
        self.store = os.path.join(self.run_folder, "run.db")

    def refused(self, says=""):
        """Neither command takes the store, and it stays as it is, byte for byte."""
        with open(self.store, "rb") as file:
            before = file.read()
        self.fail_with((1, 2), "report", self.run_folder, says=says)
        self.fail_with((1, 2), "search", "--run", self.run_folder, "--quiet", says=says)
        with open(self.store, "rb") as file:
            self.assertEqual(file.read(), before)

    def change(self, *statements):
        database = sqlite3.connect(self.store)
        for statement in statements:
            database.execute(statement)
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("PRAGMA journal_mode = DELETE")
        database.close()

    def test_store_of_a_newer_version(self):
        self.change("PRAGMA user_version = 9999")
        self.refused(says="newer")

    def test_a_run_of_another_build_goes_on_and_that_is_said(self):
        self.change("UPDATE run SET version = '0.0.1 (abc)'")
        ended = self.succeed("search", "--run", self.run_folder, "--generations", "2")
        self.assertIn("note: genet 0.0.1 (abc) started this run", ended.stderr)

    def test_foreign_database(self):
        self.change("PRAGMA application_id = 77")
        self.refused(says="run.db")

    def test_no_database(self):
        with open(self.store, "wb") as file:
            file.write(b"This is no database. " * 999)
        self.refused(says="run.db")

    def test_truncated(self):
        with open(self.store, "rb+") as file:
            file.truncate(os.path.getsize(self.store) // 2)
        self.refused(says="run.db")

    def test_damaged_pages(self):
        size = os.path.getsize(self.store)
        with open(self.store, "rb+") as file:
            file.seek(4096)
            file.write(b"\xa5" * (size - 4096))
        self.refused(says="run.db")

    def test_settings_of_another_search(self):
        for flags in (["--seed", "99"], ["--population", "6"], ["--generations", "0"],
                      ["--schedule", "2@1e-2"], ["--preset", "imagenet"]):
            with self.subTest(flags=flags):
                before = history(self.run_folder)
                self.fail_with((2,), "search", "--run", self.run_folder, "--quiet", *flags)
                self.assertEqual(history(self.run_folder), before)

    def test_more_generations_go_on(self):
        before = history(self.run_folder)
        self.succeed("search", "--run", self.run_folder, "--quiet", "--generations", "2")
        after = history(self.run_folder)
        self.assertEqual(after["generations"][:2], before["generations"])
        self.assertEqual(len(after["generations"]), 3)

    def test_run_folder_that_is_a_file(self):
        self.fail_with((1, 2), "search", "--run", self.store, "--quiet", *SEARCH)

    def test_bad_jobs(self):
        """The file was whole when it was written: the machine is at fault, not the evaluation."""
        self.fail_with([74], "worker", self.path("none.json"), says="none.json")
        for content in ("", "{", "[]", "{}", '{"generation": "x"}', "\0" * 100):
            with self.subTest(content=content):
                self.fail_with([74], "worker", self.write("bad.job.json", content),
                               says="bad.job.json")


if __name__ == "__main__":
    main()
