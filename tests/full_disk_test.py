"""A full disk stops a search with a clear error; the store opens again and the search goes on.

Needs the right to mount a small file system in memory; skipped with the reason otherwise.
"""
import shutil

from program import *


class FullDiskTest(ProgramTest):
    def mount(self, size):
        folder = self.path("disk")
        os.makedirs(folder)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder],
                                 capture_output=True, text=True)
        if mounted.returncode != 0:
            self.skipTest(f"cannot mount a small file system: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", folder])
        return folder

    def test_search_survives_a_full_disk(self):
        settings = changed(SEARCH, "--schedule", "20@1e-2")
        undisturbed = self.path("undisturbed")
        self.succeed("search", "--run", undisturbed, "--quiet", *settings)
        disk = self.mount("2m")
        folder = os.path.join(disk, "run")
        process = start("search", "--run", folder, "--workers", "1", *settings)
        self.assertTrue(wait_until(
            lambda: os.path.exists(os.path.join(folder, "run.db")) or process.poll() is not None,
            60))
        ballast = os.path.join(disk, "ballast")
        try:
            with open(ballast, "wb", buffering=0) as file:
                while True:
                    file.write(bytes(4096))
        except OSError:
            pass
        status = process.wait(timeout=120)
        text = output_of(process)
        self.assertEqual(status, 1, text)
        self.assertRegex(text.lower(), "no space|disk|full")
        self.assertEqual(len([line for line in text.splitlines()
                              if line.startswith("genet: ")]), 1, text)
        os.remove(ballast)
        history(folder)
        self.succeed("search", "--run", folder, "--quiet", *settings)
        self.assertEqual(history(folder), history(undisturbed))

    def test_workers_full_disk_stops_the_search(self):
        """Only what workers write lies on the full disk; the run store has room."""
        settings = changed(SEARCH, "--schedule", "12@1e-2", "--train-images", "512")
        undisturbed, folder = self.path("undisturbed"), self.path("run")
        self.succeed("search", "--run", undisturbed, "--quiet", *settings)
        disk = self.mount("1m")
        os.makedirs(folder)
        os.symlink(disk, os.path.join(folder, "jobs"))
        process = start("search", "--run", folder, "--workers", "2",
                        "--checkpoint-every", "0.01s", *settings)
        self.assertTrue(wait_until(lambda: workers_of(process), 60), output_of(process))
        ballast = os.path.join(disk, "ballast")
        with open(ballast, "wb", buffering=0) as file:
            while process.poll() is None:  # what workers free is taken as well
                try:
                    file.write(bytes(4096))
                except OSError:
                    time.sleep(0.001)
        text = output_of(process)
        self.assertEqual(process.returncode, 1, text)
        errors = [line for line in text.splitlines() if line.startswith("genet: ")]
        self.assertEqual(len(errors), 1, text)
        self.assertIn(f"file system {os.path.realpath(disk)} is full", errors[0])
        self.assertIn("run the same command again", errors[0])
        self.assertNotIn("failed", json.dumps(history(folder)))
        os.remove(ballast)
        self.succeed("search", "--run", folder, "--quiet", *settings)
        self.assertEqual(history(folder), history(undisturbed))

    def test_progress_on_a_full_disk_is_dropped(self):
        """Standard error leads to a full disk; the search goes on without words."""
        with open("/dev/full", "w") as full:
            ended = subprocess.run([PROGRAM, "search", "--run", self.path("run"), *SEARCH],
                                   stdout=subprocess.DEVNULL, stderr=full, timeout=120)
        self.assertEqual(ended.returncode, 0)
        self.assertEqual(len(history(self.path("run"))["generations"]), 3)

    def test_unreadable_data_stops_the_search(self):
        """The data set goes away while the search runs; it returns, and the search goes on."""
        data = os.path.join(os.environ.get("GENET_DATA_DIR", ""), "mnist")
        if not os.path.isdir(data):
            self.skipTest("GENET_DATA_DIR has no folder mnist")
        copy, away, folder = self.path("mnist"), self.path("away"), self.path("run")
        shutil.copytree(data, copy)
        settings = changed(SEARCH, "--data", f"mnist:{copy}")
        process = start("search", "--run", folder, "--workers", "1", *settings)
        self.assertTrue(wait_until(lambda: workers_of(process), 60), output_of(process))
        os.rename(copy, away)
        self.assertEqual(process.wait(timeout=120), 1, output_of(process))
        errors = [line for line in output_of(process).splitlines() if line.startswith("genet: ")]
        self.assertEqual(len(errors), 1, output_of(process))
        self.assertIn(copy, errors[0])
        os.rename(away, copy)
        self.succeed("search", "--run", folder, "--quiet", *settings)
        self.assertNotIn("failed", json.dumps(history(folder)))


if __name__ == "__main__":
    main()
