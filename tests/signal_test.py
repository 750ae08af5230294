"""SIGINT and SIGTERM stop a search or a training within two seconds, and it goes on where it was."""
from program import *

LONG = [*NETWORK, "--data", "synthetic", "--schedule", "500@1e-2", "--train-images", "4000",
        "--validation-images", "128", "--population", "4", "--generations", "1"]


class SignalTest(ProgramTest):
    def test_stop_and_resume(self):
        for which in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(which.name):
                folder = self.path(which.name)
                process = start("search", "--run", folder, "--workers", "2", *LONG)
                self.assertTrue(wait_until(lambda: workers_of(process), 60), output_of(process))
                time.sleep(0.5)
                began = time.monotonic()
                process.send_signal(which)
                status = process.wait(timeout=30)
                seconds = time.monotonic() - began
                self.assertLess(seconds, 2)
                self.assertNotEqual(status, 0)
                self.assertIn("resume with", output_of(process))
                self.assertIn(folder, output_of(process))
                self.assertTrue(wait_until(lambda: not processes_naming(folder), 1))
                # The store is whole and the same settings are taken again.
                self.assertEqual(len(history(folder)["generations"]), 1)
                again = start("search", "--run", folder, "--workers", "2")
                self.assertTrue(wait_until(lambda: workers_of(again), 60), output_of(again))
                again.send_signal(which)
                again.wait(timeout=30)

    def test_stopped_search_has_the_history_of_an_undisturbed_one(self):
        settings = changed(SEARCH, "--schedule", "4@1e-2", "--train-images", "1024")
        undisturbed, stopped = self.path("undisturbed"), self.path("stopped")
        self.succeed("search", "--run", undisturbed, "--quiet", *settings)
        for wait in (0.3, 0.6, 0.9, 1.2):
            process = start("search", "--run", stopped, *settings)
            try:
                process.wait(timeout=wait)
                break
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGINT)
                process.wait(timeout=30)
        self.succeed("search", "--run", stopped, "--quiet", *settings)
        self.assertEqual(history(stopped), history(undisturbed))

    def test_a_training_goes_on_in_the_epoch_where_it_was_stopped(self):
        settings = ["train", "1-01|0-01-100|0-11-101-0001", "--data", "synthetic", "--preset", "quick",
                    "--train-images", "4096", "--validation-images", "64", "--schedule", "1@1e-2"]
        undisturbed, stopped = self.path("undisturbed"), self.path("stopped")
        self.succeed(*settings, "--out", undisturbed)
        process = start(*settings, "--out", stopped, "--checkpoint-every", "0.01s")
        checkpoint = os.path.join(stopped, "checkpoint.safetensors")
        self.assertTrue(wait_until(lambda: os.path.exists(checkpoint), 60), output_of(process))
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=30), 130, output_of(process))
        self.assertLess(time.monotonic() - began, 2)
        again = self.succeed(*settings, "--out", stopped).stderr
        self.assertRegex(again, r"resumed after 0 of 1 epochs and [1-9]\d* of 128 steps")
        curves = [json.load(open(os.path.join(folder, "result.json")))["curve"]
                  for folder in (undisturbed, stopped)]
        self.assertEqual(*curves)
        measured = [self.succeed("evaluate", os.path.join(folder, "weights.safetensors"), "--data",
                                "synthetic", "--json").stdout for folder in (undisturbed, stopped)]
        self.assertEqual(*[json.loads(text)["loss"] for text in measured])


if __name__ == "__main__":
    main()
