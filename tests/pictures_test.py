"""Folders of pictures as data sets: training does not depend on the number of loader threads."""
import shutil

from program import *


def picture(draw, level, height=24, width=30):
    """A PPM file around a grey level."""
    values = bytes(min(255, max(0, level + draw.randrange(-60, 61)))
                   for _ in range(3 * height * width))
    return f"P6 {width} {height} 255\n".encode() + values


class PicturesTest(ProgramTest):
    def setUp(self):
        super().setUp()
        draw = random.Random(1)
        for name, level in (("dark", 70), ("light", 190)):
            for i in range(50):
                self.write(f"pictures/{name}/{i}.ppm", picture(draw, level))
        self.pictures = self.path("pictures")
        self.cache = {"GENET_CACHE_DIR": self.path("cache")}

    def train(self, options, *flags):
        out = self.path(f"out{len(os.listdir(self.folder))}")
        ended = self.succeed("train", "1-01|1-01", *NETWORK, "--data",
                             f"images:{self.pictures},size=16{options}", "--schedule", "6@1e-2",
                             "--train-images", "64", "--validation-images", "16", "--batch", "16",
                             "--augment-shift", "--augment-mirror",
                             "--out", out, "--json", "--quiet", *flags, environment=self.cache)
        result = without_machine(json.loads(ended.stdout))
        with open(os.path.join(out, "weights.safetensors"), "rb") as file:
            weights = file.read()
        return result["curve"], result["test_accuracy"], weights

    def test_loader_threads_do_not_matter(self):
        one = self.train(",shorter=20,stream")
        self.assertEqual(self.train(",shorter=20,stream", "--loader-threads", "3"), one)
        self.assertGreater(one[1], 0.8)

    def test_kept_decoded(self):
        self.assertGreater(self.train("")[1], 0.8)

    def test_information(self):
        self.write("pictures/light/bad.png", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")
        self.fail_with((1,), "data", "info", f"images:{self.pictures},size=16",
                       says="light/bad.png", environment=self.cache)
        described = json.loads(self.succeed(
            "data", "info", f"images:{self.pictures},size=16,skip-damaged", "--json",
            environment=self.cache).stdout)
        self.assertEqual(described["class_names"], ["dark", "light"])
        self.assertEqual((described["train"]["images"], described["test"]["images"]), (80, 20))
        self.assertIn("light/bad.png", described["notes"][0])

    def test_bad_folders(self):
        def refused(says, options=",size=16", statuses=(1,)):
            for command in (["data", "info", f"images:{self.pictures}{options}"],
                            ["train", "1-01|1-01", *NETWORK, "--data",
                             f"images:{self.pictures}{options}", "--out",
                             self.path(f"out of {says}"), "--quiet"]):
                self.fail_with(statuses, *command, says=says, environment=self.cache)
            self.assertFalse(os.path.exists(self.path(f"out of {says}")))

        refused("'sise=3'", ",sise=3", (2,))
        os.mkdir(os.path.join(self.pictures, "empty"))
        refused("empty: a class without pictures")
        os.rmdir(os.path.join(self.pictures, "empty"))
        shutil.rmtree(os.path.join(self.pictures, "dark"))
        refused("one class only (light)")
        shutil.rmtree(os.path.join(self.pictures, "light"))
        refused("no class folders")


class SvhnTest(ProgramTest):
    def test_made_files(self):
        folder = self.path("svhn")
        subprocess.run([sys.executable, os.path.join(SOURCE, "scripts", "make-svhn"), folder,
                        "--share", "0.001"], check=True, capture_output=True)
        cache = {"GENET_CACHE_DIR": self.path("cache")}
        described = json.loads(self.succeed("data", "info", f"svhn:{folder},lcn", "--json",
                                            environment=cache).stdout)
        self.assertEqual((described["train"]["images"], described["test"]["images"]), (604, 26))
        path = os.path.join(folder, "extra_32x32.mat")
        with open(path, "rb+") as file:
            file.truncate(os.path.getsize(path) // 2)
        self.fail_with((1,), "data", "info", f"svhn:{folder}", says="extra_32x32.mat: ends at byte",
                       environment=cache)


if __name__ == "__main__":
    main()
