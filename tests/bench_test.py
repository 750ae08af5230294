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

    def test_the_fastest_step_is_no_slower_than_the_median(self):
        measured = self.bench("--batch", "16")["genomes"][0]
        self.assertGreaterEqual(measured["fastest_images_per_second"], measured["images_per_second"])
        self.assertAlmostEqual(
            measured["fastest_fraction_of_peak"] / measured["fraction_of_peak"],
            measured["fastest_images_per_second"] / measured["images_per_second"], places=6)

    def test_batch_is_128_whatever_a_preset_trains_with_unless_it_is_given(self):
        self.assertEqual(self.bench()["batch"], 128)
        self.assertEqual(self.bench("--preset", "quick")["batch"], 128)
        self.assertEqual(self.bench("--batch", "32")["batch"], 32)
        with open(self.path("settings.toml"), "w") as file:
            file.write("batch = 16\n")
        self.assertEqual(self.bench("--config", self.path("settings.toml"))["batch"], 16)

    def test_random_genomes_are_measured_against_the_one_that_is_named(self):
        result = self.bench("genet-2", "--batch", "16", "--genomes", "random:3")
        ratios = [genome["to_reference"] for genome in result["genomes"]]
        self.assertEqual(len(ratios), 3)
        self.assertGreater(min(ratios), 0.1)
        spread = result["spread"]
        self.assertEqual(spread["reference"], "1-01|1-01-100|0-10-000-1011")
        self.assertEqual(spread["least_to_reference"], min(ratios))
        self.assertEqual(spread["most_to_reference"], max(ratios))

    def test_search_spaces_without_genet_1_are_measured_too(self):
        result = self.bench(*NETWORK, "--genomes", "random:2", "--batch", "16")
        self.assertEqual(result["spread"]["reference"], "1-11|1-11")

    def test_any_engine_is_measured(self):
        flags = [*NETWORK, "--batch", "4", "--engine", "reference"]
        result = self.bench(*flags)
        self.assertEqual((result["engine"], result["device"]), ("reference", "cpu"))
        self.assertGreater(result["images_per_second"], 0)
        self.assertGreater(result["fraction_of_peak"], 0)
        rows = self.bench(*flags, "--breakdown")["rows"]
        self.assertLessEqual({"forward", "backward", "update"}, {row["work"] for row in rows})
        self.assertIn("engine reference on cpu",
                      self.succeed("bench", *flags, "--seconds", "0.3").stdout)
        self.fail_with((2,), "bench", *flags, "--device", "cuda:0", says="needs engine torch")
        self.fail_with((2,), "bench", *flags, "--arithmetic", "direct",
                       says="arithmetic direct is a setting of engine cpu, not of reference")


if __name__ == "__main__":
    main()
