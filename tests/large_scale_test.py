"""Table 3 and the features of section 4.3 at scale smoke, made shorter still: on drawn pictures,
and on real ones if GENET_DATA_DIR names them."""
from program import *

# So small that a network trains in a moment.
SHORT = ["--scale", "smoke", "--width", "0.0625", "--schedule", "1@1e-2", "--train-images", "64"]
DATA = os.environ.get("GENET_DATA_DIR", "")


def picture(draw, place, places, height=24, width=32):
    """A PPM file of noise with a bright band at one of the places from left to right."""
    values = bytes(draw.randrange(100) + (150 if x * places // width == place else 0)
                   for _ in range(height) for x in range(width) for _ in range(3))
    return f"P6 {width} {height} 255\n".encode() + values


class LargeScaleTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.cache = {"GENET_CACHE_DIR": self.path("cache")}

    def draw(self, name, classes=3, count=20):
        draw = random.Random(1)
        for c in range(classes):
            for i in range(count):
                self.write(f"{name}/class{c}/{i}.ppm", picture(draw, c, classes))
        return f"images:{self.path(name)}"

    def reproduce(self, experiment, *arguments):
        ended = self.succeed("reproduce", experiment, "--run", self.path("out"), "--json",
                             "--quiet", *arguments, environment=self.cache, timeout=280)
        return {table["table"]: table for done in json.loads(ended.stdout)["experiments"]
                for table in done.get("tables", [])}

    def weights(self):
        folder = self.path("out/trained")
        return {name: os.stat(os.path.join(folder, name, "weights.safetensors")).st_mtime_ns
                for name in sorted(os.listdir(folder))
                if os.path.exists(os.path.join(folder, name, "weights.safetensors"))}

    def test_caltech_takes_what_table3_left_in_the_folder(self):
        drawn = self.draw("pictures")
        table = self.reproduce("table3", *SHORT, "--data", drawn)["table3"]
        self.assertEqual([row["structure"] for row in table["rows"][:3]],
                         ["GeNet #1", "GeNet #2", None])
        for row in table["rows"][:2]:
            self.assertTrue(0 <= row["top1_error_percent"] <= 100)
            self.assertEqual(row["top5_error_percent"], 0)  # three classes
        self.assertEqual(len(table["rows"]), 6)
        self.assertIn("smoke with", table["conditions"]["scale"])
        trained = self.weights()
        self.assertEqual(len(trained), 2)

        caltech = self.reproduce("caltech", "--data", self.draw("others", 4))["caltech"]
        self.assertEqual([row["features"] for row in caltech["rows"][:5]],
                         ["GeNet #1", "GeNet #2", "GeNet #1, untrained", "GeNet #2, untrained",
                          "pixels, 16 x 16"])
        self.assertEqual([row["values"] for row in caltech["rows"][:5]], [256] * 4 + [768])
        self.assertGreater(caltech["rows"][4]["accuracy_percent"], 90)
        self.assertEqual(caltech["rows"][1]["paper_caltech256_percent"], 83.78)
        self.assertIn("16 pictures of each category", caltech["conditions"]["machine"])
        self.assertEqual(self.weights(), trained)
        for name in ("table3", "caltech"):
            for suffix in (".txt", ".csv", ".json"):
                self.assertTrue(os.path.exists(self.path(f"out/{name}{suffix}")))

        # A folder of pictures is no data set of searches, so these may still choose theirs.
        with open(self.path("out/reproduction.json")) as file:
            self.assertEqual(json.load(file)["data"], "")

    def test_a_killed_experiment_goes_on(self):
        sets = ["--data", "synthetic", "--data", self.draw("pictures")]
        process = subprocess.Popen(
            [PROGRAM, "reproduce", "caltech", "--run", self.path("out"), *SHORT, *sets,
             "--workers", "1"], env={**os.environ, **self.cache}, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        results = self.path("out/features")

        def classified():
            return [name for name in (os.listdir(results) if os.path.isdir(results) else [])
                    if name.endswith(".json") and not name.endswith(".job.json")]

        deadline = time.monotonic() + 200
        while time.monotonic() < deadline and not classified():
            time.sleep(0.02)
        process.kill()
        process.wait()
        trained = self.weights()
        self.assertEqual(len(trained), 2)
        done = {name: os.stat(os.path.join(results, name)).st_mtime_ns for name in classified()}
        self.assertTrue(done)
        table = self.reproduce("caltech", *sets)["caltech"]
        self.assertEqual(self.weights(), trained)
        for name, changed_at in done.items():
            self.assertEqual(os.stat(os.path.join(results, name)).st_mtime_ns, changed_at)
        # The same again, of nothing but what the folder holds; and with weights by name.
        self.assertEqual(without_machine(self.reproduce("caltech", *sets)["caltech"]),
                         without_machine(table))
        [first, *_] = sorted(trained)
        named = self.reproduce("caltech", "--data", sets[3], "--weights",
                               self.path(f"out/trained/{first}/weights.safetensors"))["caltech"]
        self.assertIn(named["rows"][0], table["rows"])

    def test_bad_pictures_are_one_line_before_anything_is_trained(self):
        good = self.draw("good")
        for name, spoil, says in (
                ("empty", lambda at: os.mkdir(at + "/none"), "none: a class without pictures"),
                ("damaged", lambda at: self.write("damaged/class1/3.jpg", b"\xff\xd8\xff\xe0\0"),
                 "class1/3.jpg")):
            bad = self.draw(name)
            spoil(self.path(name))
            for arguments in (["table3", "--data", bad],
                              ["caltech", "--data", "synthetic", "--data", bad],
                              ["caltech", "--data", bad, "--data", good]):
                with self.subTest(arguments):
                    self.fail_with([1], "reproduce", *arguments, *SHORT, "--run",
                                   self.path("none"), says=says, environment=self.cache)
        self.fail_with([1], "reproduce", "table3", "--data", self.draw("one", 1), *SHORT, "--run",
                       self.path("none"), says="one class only", environment=self.cache)
        self.fail_with([2], "reproduce", "caltech", "--data", "synthetic", "--data",
                       self.draw("few", 2, 5), *SHORT, "--run", self.path("none"),
                       says="has 5 pictures only", environment=self.cache)
        self.assertFalse(os.path.exists(self.path("none")))

    def test_what_is_missing_is_named(self):
        pictures = self.draw("good")
        for arguments, says in (
                (["table3", "--data", "synthetic"], "--data imagenet:DIR"),
                (["table3", "--data", "synthetic", "--data", pictures], "--data imagenet:DIR"),
                (["caltech", "--data", "synthetic"], "--data images:DIR"),
                (["caltech", "--data", pictures], "--weights FILE"),
                (["table3", "--data", pictures, "--weights", "x"], "only caltech")):
            with self.subTest(arguments):
                self.fail_with([2], "reproduce", *arguments, *SHORT, "--run", self.path("none"),
                               says=says, environment=self.cache)
        self.fail_with([1], "reproduce", "caltech", "--data", pictures, "--weights",
                       self.path("nothing"), *SHORT, "--run", self.path("none"), says="nothing",
                       environment=self.cache)
        self.assertFalse(os.path.exists(self.path("none")))

    @unittest.skipUnless(DATA, "GENET_DATA_DIR is not set: no real images")
    def test_real_pictures(self):
        categories = os.path.join(DATA, "caltech101-24")
        cifar = os.path.join(DATA, "cifar-10-batches-bin")
        if not (os.path.isdir(categories) and os.path.isdir(cifar)):
            self.skipTest("GENET_DATA_DIR has no caltech101-24 and cifar-10-batches-bin")
        os.mkdir(self.path("categories"))
        for name in sorted(os.listdir(categories))[:4]:
            os.symlink(os.path.join(categories, name), self.path(f"categories/{name}"))
        pictures = f"images:{self.path('categories')}"
        table = self.reproduce("caltech", *SHORT, "--splits", "1", "--data", f"cifar10:{cifar}",
                               "--data", pictures)["caltech"]
        self.assertIn("60 pictures of each category", table["conditions"]["machine"])
        for row in table["rows"][:5]:
            self.assertGreater(row["accuracy_percent"], 30, row)  # chance: 25
        self.assertEqual(table["rows"][0]["trained_on"], f"cifar10:{cifar}")

        path = os.path.join(categories, sorted(os.listdir(categories))[0])
        with open(os.path.join(path, sorted(os.listdir(path))[0]), "rb") as file:
            whole = file.read()
        self.write("cut/a/cut.jpg", whole[:len(whole) // 2])
        for i in range(2):
            self.write(f"cut/a/{i}.jpg", whole)
            self.write(f"cut/b/{i}.jpg", whole)
        self.fail_with([1], "reproduce", "table3", *SHORT, "--data", f"images:{self.path('cut')}",
                       "--run", self.path("none"), says="a/cut.jpg", environment=self.cache)


if __name__ == "__main__":
    main()
