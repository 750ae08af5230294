"""A full disk stops a search with a clear error; the store opens again and the search goes on.

Needs the right to mount a small file system in memory; skipped with the reason otherwise.
"""
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


if __name__ == "__main__":
    main()
