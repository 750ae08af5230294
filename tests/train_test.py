"""genet train and genet evaluate: weights that others can read, accuracy that comes back."""
import csv

from program import *


def read_safetensors(path):
    """(metadata, name -> (shape, floats)), by the format's description alone."""
    with open(path, "rb") as file:
        content = file.read()
    length, = struct.unpack_from("<Q", content)
    header = json.loads(content[8:8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, tensor in header.items():
        assert tensor["dtype"] == "F32"
        begin, end = (8 + length + offset for offset in tensor["data_offsets"])
        tensors[name] = (tensor["shape"],
                         struct.unpack(f"<{(end - begin) // 4}f", content[begin:end]))
    return metadata, tensors


class TrainTest(ProgramTest):
    def train(self, name, *arguments):
        ended = self.succeed("train", "1-01|0-01", "--out", self.path(name), *NETWORK, *TRAINING,
                             "--json", "--quiet", *arguments, timeout=300)
        return json.loads(ended.stdout)

    def test_start_of_fully_connected_layers(self):
        """The default start is small, He's is not; other layers start alike."""
        def spread(name, *arguments):
            # Of this rate the weights do not move.
            self.succeed("train", "1-01|0-01", "--out", self.path(name), *NETWORK,
                         *changed(TRAINING, "--schedule", "1@1e-9"), "--quiet", *arguments)
            _, tensors = read_safetensors(self.path(f"{name}/weights.safetensors"))
            values = tensors["fc1.weight"][1]
            return (sum(v * v for v in values) / len(values)) ** 0.5, tensors["stage1.in.weight"]

        small, convolution = spread("small")
        self.assertAlmostEqual(small, 0.01, delta=0.001)
        he, same = spread("he", "--fc-deviation", "0")
        self.assertAlmostEqual(he, (2 / 256) ** 0.5, delta=0.009)  # 4 channels of 8 x 8
        self.assertAlmostEqual(spread("given", "--fc-deviation", "0.1")[0], 0.1, delta=0.01)
        for one, other in zip(convolution[1], same[1]):
            self.assertAlmostEqual(one, other, places=5)

    def test_micro_batches(self):
        """Parts as large as the batch change nothing, smaller ones do; too much memory is refused."""
        def tensors(name, *arguments):
            self.train(name, *arguments)
            return read_safetensors(self.path(f"{name}/weights.safetensors"))[1]

        whole = tensors("whole")
        self.assertEqual(tensors("one-part", "--micro-batch", "64"), whole)
        self.assertEqual(tensors("larger", "--micro-batch", "128"), whole)
        parts = tensors("parts", "--micro-batch", "16")
        self.assertNotEqual(parts, whole)
        self.assertEqual(tensors("threads", "--micro-batch", "16", "--threads", "3"), parts)

    def test_round_trip(self):
        trained = self.train("trained")
        weights = trained["weights"]
        metadata, tensors = read_safetensors(weights)
        self.assertEqual(metadata["genome"], "1-01|0-01")
        self.assertEqual(tensors["stage1.in.weight"][0], [4, 3, 3, 3])
        self.assertEqual(tensors["stage1.in.bn.variance"][0], [4])
        self.assertEqual(tensors["fc1.bias"][0], [10])
        for name, (shape, values) in tensors.items():
            count = 1
            for extent in shape:
                count *= extent
            self.assertEqual(len(values), count, name)
            self.assertTrue(all(abs(value) < 1e6 for value in values), name)
        shown = json.loads(self.succeed("show", "1-01|0-01", *NETWORK, "--json").stdout)
        learnable = sum(len(values) for name, (_, values) in tensors.items()
                        if not name.endswith((".bn.mean", ".bn.variance")))
        self.assertEqual(learnable, shown["parameters"])

        table = self.path("test.csv")
        evaluated = json.loads(self.succeed("evaluate", weights, "--data", "synthetic", "--json",
                                            "--logits", table).stdout)
        self.assertEqual(evaluated["accuracy"], trained["test_accuracy"])
        self.assertEqual(evaluated["top5_accuracy"], trained["test_top5_accuracy"])
        self.assertGreaterEqual(trained["test_top5_accuracy"], trained["test_accuracy"])
        with open(table, newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), evaluated["images"])
        right = 0
        for row in rows:
            logits = [float(row[f"logit_{c}"]) for c in range(10)]
            self.assertEqual(logits.index(max(logits)), int(row["prediction"]))
            right += row["prediction"] == row["label"]
        self.assertAlmostEqual(right / len(rows), evaluated["accuracy"], places=12)

    def test_same_seed_same_weights(self):
        def weights(*arguments):
            with open(self.train("_".join(arguments) or "plain", *arguments)["weights"],
                      "rb") as file:
                return file.read()

        self.assertEqual(weights(), weights("--threads", "2"))
        self.assertNotEqual(weights("--seed", "2"), weights("--seed", "3"))

    def test_bad_weights(self):
        weights = self.train("trained")["weights"]
        with open(weights, "rb") as file:
            content = file.read()
        length, = struct.unpack_from("<Q", content)
        for name, damaged in (("empty", b""), ("short", content[:4]), ("cut", content[:-1]),
                              ("long", content + b"\0"),
                              ("header", struct.pack("<Q", 2**62) + content[8:]),
                              ("json", content[:8] + b"x" + content[9:]),
                              ("format", content[:8] + content[8:8 + length].replace(
                                  b"genome", b"genom2") + content[8 + length:])):
            with self.subTest(name):
                path = self.write(f"{name}.safetensors", damaged)
                self.fail_with((1,), "evaluate", path, "--data", "synthetic",
                               says=f"{name}.safetensors")


class RealDataTest(ProgramTest):
    @unittest.skipUnless(os.environ.get("GENET_DATA_DIR"),
                         "GENET_DATA_DIR is not set: no real images")
    def test_cifar10_and_mnist(self):
        data = os.environ["GENET_DATA_DIR"]
        info = json.loads(self.succeed("data", "info", f"cifar10:{data}/cifar-10-batches-bin",
                                       "--json").stdout)
        self.assertIn("50000", json.dumps(info))
        for spec, base in ((f"cifar10:{data}/cifar-10-batches-bin", BASE),
                           (f"mnist:{data}/mnist", BASE)):
            with self.subTest(spec=spec):
                ended = self.succeed("train", "1-01|0-01", "--out",
                                     self.path(spec.split(":")[0]), "--base", base, "--nodes",
                                     "3,3", "--data", spec, "--train-images", "2000",
                                     "--validation-images", "500", "--schedule", "3@1e-2",
                                     "--batch", "32", "--json", "--quiet", timeout=300)
                # Far above chance, far below good: it learns at all.
                self.assertGreater(json.loads(ended.stdout)["test_accuracy"], 0.2)


if __name__ == "__main__":
    main()
