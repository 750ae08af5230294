"""What the machine's memory cannot hold is refused in one line, before anything is made or begun."""
import re

from program import *

MEMORY = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
IMAGES = 2000


def base_that_takes(share):
    """A base network, one convolution of which takes that share of the memory for IMAGES images."""
    per_channel = IMAGES * 28 * 28 * 4 * 2  # a float and its gradient
    return f"C3(P1)@{max(1, round(share * MEMORY / per_channel))}-FC10"


class MemoryTest(ProgramTest):
    def refuse(self, *arguments, says):
        self.fail_with([2], *arguments, says=says)
        self.assertEqual(os.listdir(self.folder), [])

    def flags(self, share):
        return ["--base", base_that_takes(share), "--nodes", "3", "--data", "synthetic",
                "--batch", IMAGES, "--run", self.path("run")]

    def test_a_batch(self):
        large = ["--preset", "imagenet", "--batch", "65536"]
        says = "65536 images at once take about"
        self.refuse("bench", *large, says=says)
        self.refuse("train", "genet-1", *large, "--micro-batch", "0", "--out", self.path("trained"),
                    says=says)
        says = f"{IMAGES} images at once take about"
        self.refuse("search", *self.flags(1), "--validation-images", "64", "--workers", "1",
                    says=says)
        self.refuse("transfer", "all-ones", *self.flags(1), "--workers", "4", says=says)

    def test_a_batch_of_each_worker(self):
        says = f"{IMAGES} images at once for each of {{}} networks take about".format
        search = ["search", *self.flags(0.1), "--validation-images", "64", "--workers"]
        self.refuse(*search, "8", says=says(8))
        self.refuse(*search, "20", "--population", "10", says=says(10))
        structures = [f"{bits:03b}"[:1] + "-" + f"{bits:03b}"[1:] for bits in range(8)]
        self.refuse("transfer", *structures, *self.flags(0.1), "--workers", "8", says=says(8))

    def test_a_benchmark_of_each_worker_and_of_what_it_is_compared_with(self):
        def flags(share):
            return ["--nodes", "3", "--input", "3x28x28", "--batch", IMAGES,
                    "--base", base_that_takes(share)]
        self.refuse("bench", *flags(0.1), "--workers", "8", says="for each of 8 networks")
        # A size that leaves room for the reference, all ones, and not for another beside it.
        refused = run("bench", *flags(1)).stderr
        taken, there = re.search(r"take about (\d+) GB, this machine has (\d+)", refused).groups()
        self.refuse("bench", *flags(0.93 * int(there) / int(taken)), "--genomes", "random:2",
                    says="for each of 2 networks")


if __name__ == "__main__":
    main()
