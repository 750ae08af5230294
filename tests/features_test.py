"""Features of a trained network as NumPy reads them, and their classification."""
import numpy

from program import *
from pictures_test import picture


class FeaturesTest(ProgramTest):
    def setUp(self):
        super().setUp()
        draw = random.Random(1)
        for name, level in (("dark", 70), ("light", 190)):
            for i in range(30):
                self.write(f"pictures/{name}/{i}.ppm", picture(draw, level))
        self.data = f"images:{self.path('pictures')},size=16"
        self.cache = {"GENET_CACHE_DIR": self.path("cache")}
        self.succeed("train", "1-01", "--base", "C3(P1)@8-MP3(S2)-FC6-FC2", "--nodes", "3",
                     "--data", self.data, "--schedule", "2@1e-2", "--validation-images", "8",
                     "--batch", "8", "--out", self.path("net"), "--quiet", environment=self.cache)
        self.weights = self.path("net/weights.safetensors")

    def features(self, *flags):
        out = self.path("f.npy")
        self.succeed("features", self.weights, "--data", self.data, "--out", out, *flags,
                     environment=self.cache)
        return numpy.load(out), numpy.load(self.path("f.labels.npy"))

    def test_layers(self):
        hidden, labels = self.features("--layer", "fc1")
        self.assertEqual((hidden.shape, hidden.dtype), ((60, 6), numpy.float32))
        self.assertEqual(sorted(labels), [0] * 30 + [1] * 30)
        self.assertGreaterEqual(hidden.min(), 0)
        pooled, _ = self.features("--layer", "pool1")
        self.assertEqual(pooled.shape, (60, 8 * 8 * 8))
        self.assertGreaterEqual(pooled.min(), 0)
        pixels, _ = self.features("--layer", "input")
        self.assertEqual(pixels.shape, (60, 3 * 16 * 16))
        self.assertLess(pixels[labels == 0].mean(), pixels[labels == 1].mean() - 1)

    def test_hidden_layer_is_what_the_logits_are_made_of(self):
        logits, _ = self.features("--layer", "fc2", "--part", "test")
        csv = self.path("logits.csv")
        self.succeed("evaluate", self.weights, "--data", self.data, "--logits", csv,
                     environment=self.cache)
        with open(csv) as file:
            rows = [line.split(",")[3:] for line in file.read().splitlines()[1:]]
        numpy.testing.assert_array_equal(logits, numpy.array(rows, dtype=numpy.float32))

    def test_another_engine_gives_the_same_but_for_rounding(self):
        cpu, _ = self.features("--layer", "fc1")
        reference, _ = self.features("--layer", "fc1", "--engine", "reference")
        self.assertFalse((reference == cpu).all())
        numpy.testing.assert_allclose(reference, cpu, rtol=1e-4, atol=1e-5)
        accuracies = [json.loads(self.succeed(
            "evaluate", self.weights, "--data", self.data, "--json", "--engine", engine,
            environment=self.cache).stdout)["loss"] for engine in ("cpu", "reference")]
        self.assertAlmostEqual(*accuracies, places=5)
        self.fail_with((2,), "features", self.weights, "--data", self.data, "--bfloat16",
                       says="bfloat16 is a setting of engine torch, not of cpu",
                       environment=self.cache)

    def test_pixels_without_a_network(self):
        self.succeed("features", "--data", self.data, "--out", self.path("p.npy"),
                     environment=self.cache)
        pixels = numpy.load(self.path("p.npy"))
        labels = numpy.load(self.path("p.labels.npy"))
        self.assertEqual(pixels.shape, (60, 3 * 16 * 16))
        self.assertTrue(0 <= pixels.min() < pixels.max() <= 1)
        self.assertLess(pixels[labels == 0].mean(), pixels[labels == 1].mean() - 0.3)
        self.fail_with((2,), "features", says="give --data SPEC")
        self.fail_with((2,), "features", "--data", self.data, "--untrained", "1",
                       says="give its WEIGHTS")

    def test_untrained(self):
        one, _ = self.features("--untrained", "1")
        same, _ = self.features("--untrained", "1")
        other, _ = self.features("--untrained", "2")
        numpy.testing.assert_array_equal(one, same)
        self.assertFalse((one == other).all())

    def test_classification(self):
        self.features("--layer", "pool1")
        ended = self.succeed("classify", self.path("f.npy"), "--train-per-class", "10",
                             "--splits", "3", "--json", "--quiet")
        result = json.loads(ended.stdout)
        self.assertEqual(len(result["accuracies"]), 3)
        self.assertGreater(result["mean_accuracy"], 0.9)
        again = self.succeed("classify", self.path("f.npy"), "--train-per-class", "10",
                             "--splits", "3", "--json", "--quiet")
        self.assertEqual(again.stdout, ended.stdout)

    def test_bad_input(self):
        self.fail_with((2,), "features", self.weights, "--data", self.data, "--layer", "fc9",
                       says="no layer 'fc9'", environment=self.cache)
        self.fail_with((2,), "features", self.weights, "--data",
                       f"images:{self.path('pictures')},size=24", says="16x16",
                       environment=self.cache)
        self.features()
        self.fail_with((2,), "classify", self.path("f.npy"), says="class 0 has 30 images")
        os.remove(self.path("f.labels.npy"))
        self.fail_with((1,), "classify", self.path("f.npy"), says="f.labels.npy")
        self.write("f.npy", b"nonsense")
        self.fail_with((1,), "classify", self.path("f.npy"), says="not a .npy file")


if __name__ == "__main__":
    main()
