"""genet bench: what it measures and the keys that scripts read."""
from program import *


class BenchTest(ProgramTest):
    def bench(self, *flags):
        return json.loads(self.succeed("bench", "--json", "--seconds", "0.3", *flags).stdout)

    def test_keys(self):
        result = self.bench()
        for key in ("images_per_second", "gflops", "peak_gflops", "fraction_of_peak", "target",
                    "threads", "peak_bytes"):
            self.assertIn(key, result)
        self.assertGreater(result["images_per_second"], 0)
        self.assertAlmostEqual(result["fraction_of_peak"],
                               result["gflops"] / result["peak_gflops"], places=6)

    def test_batch_is_128_whatever_a_preset_trains_with_unless_it_is_given(self):
        self.assertEqual(self.bench()["batch"], 128)
        self.assertEqual(self.bench("--preset", "quick")["batch"], 128)
        self.assertEqual(self.bench("--batch", "32")["batch"], 32)
        with open(self.path("settings.toml"), "w") as file:
            file.write("batch = 16\n")
        self.assertEqual(self.bench("--config", self.path("settings.toml"))["batch"], 16)


if __name__ == "__main__":
    main()
