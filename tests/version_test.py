"""The revision that a build records: cmake/Version.cmake on a small repository."""
import subprocess

from program import *


class VersionTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.source = self.path("source")
        self.output = self.path("version.txt")
        os.mkdir(self.source)
        self.write("kept.txt", "one")
        with open(self.path("version.in"), "w") as file:
            file.write("@VERSION@ (@revision@)")

    def write(self, name, text):
        with open(os.path.join(self.source, name), "w") as file:
            file.write(text)

    def git(self, *arguments):
        return subprocess.run(
            ["git", "-C", self.source, "-c", "user.name=a", "-c", "user.email=a@b", *arguments],
            check=True, capture_output=True, text=True).stdout.strip()

    def version(self):
        subprocess.run(
            ["cmake", f"-DSOURCE={self.source}", "-DVERSION=1.2.3",
             f"-DTEMPLATE={self.path('version.in')}", f"-DOUTPUT={self.output}", "-P",
             os.path.join(SOURCE, "cmake", "Version.cmake")], check=True)
        with open(self.output) as file:
            return file.read().strip()

    def commit(self):
        self.git("add", ".")
        self.git("commit", "-m", "a change")
        return self.git("rev-parse", "HEAD")[:12]

    def test_follows_commits_and_tells_changes(self):
        self.git("init")
        first = self.commit()
        self.assertEqual(self.version(), f"1.2.3 ({first})")
        self.write("kept.txt", "two")
        self.assertEqual(self.version(), f"1.2.3 ({first}-changed)")
        second = self.commit()
        self.assertEqual(self.version(), f"1.2.3 ({second})")
        self.write("a_build.txt", "what git does not keep is no change")
        self.assertEqual(self.version(), f"1.2.3 ({second})")

    def test_what_says_the_same_is_left_alone(self):
        self.git("init")
        self.commit()
        self.version()
        before = os.stat(self.output).st_mtime_ns
        self.version()
        self.assertEqual(os.stat(self.output).st_mtime_ns, before)

    def test_sources_without_a_repository(self):
        # The folder above may be one.
        os.environ["GIT_CEILING_DIRECTORIES"] = os.path.dirname(self.source)
        self.addCleanup(os.environ.pop, "GIT_CEILING_DIRECTORIES")
        self.assertEqual(self.version(), "1.2.3 (unknown)")


if __name__ == "__main__":
    main()
