"""The build's signature is the golden one, whatever the SIMD target, workers, threads and kills.

A golden value changes only with results: see HACKING.md. To renew the file:

    build/test/bin/genet signature > tests/golden/signature.txt
"""
from program import *


def signature_in(text):
    """({row: hash}, {rounding: closing hash}) of the text that `genet signature` prints."""
    *rows, closing = [line.split() for line in text.splitlines()]
    assert closing[0] == "signature", closing
    return {name: value for name, value in rows}, dict(zip(closing[1::2], closing[2::2]))


def golden():
    with open(os.path.join(SOURCE, "tests/golden/signature.txt")) as file:
        return signature_in(file.read())


class SignatureTest(ProgramTest):
    def setUp(self):
        super().setUp()
        os.makedirs(self.path("temporary"))
        self.environment = {"TMPDIR": self.path("temporary")}

    def signature(self, *arguments):
        ended = self.succeed("signature", "--quiet", *arguments, timeout=600,
                             environment=self.environment)
        self.assertEqual(os.listdir(self.path("temporary")), [])
        return signature_in(ended.stdout)

    def expect_golden(self, rows):
        """Every row must be golden: a machine's targets decide only which rows there are."""
        golden_rows, _ = golden()
        self.assertEqual(rows, {name: golden_rows.get(name) for name in rows})

    def test_signature_is_the_golden_one(self):
        rows, closing = self.signature()
        self.expect_golden(rows)
        golden_rows, golden_closing = golden()
        self.assertEqual(closing, {rounding: golden_closing[rounding] for rounding in closing})
        for name in golden_rows:
            if name.rpartition(".")[2] in [*closing, "3,4", "5"]:
                self.assertIn(name, rows)

    def test_it_depends_on_neither_workers_nor_threads_nor_kills(self):
        target = json.loads(self.succeed("signature", "--parts", "genomes", "--json").stdout)[
            "targets"][0]
        rows, _ = self.signature("--parts", "networks,search", "--target", target, "--threads", "1",
                                 "--workers", "1", "--undisturbed")
        self.expect_golden(rows)
        self.assertEqual(len(rows), 7)
        rows, _ = self.signature("--parts", "search", "--target", target, "--workers", "1")
        self.expect_golden(rows)

    def test_ctrl_c_ends_it_with_all_its_processes_and_files(self):
        folder = self.path("temporary")
        for part, begun in [("search", lambda: processes_naming(folder)), ("networks", None)]:
            with self.subTest(part):
                process = subprocess.Popen([PROGRAM, "signature", "--parts", part],
                                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                           stderr=subprocess.PIPE, text=True,
                                           env={**os.environ, **self.environment})
                self.assertIn(part, process.stderr.readline())
                if begun:
                    self.assertTrue(wait_until(begun, 60))
                process.send_signal(signal.SIGINT)
                self.assertEqual(process.wait(timeout=30), 130)
                self.assertEqual(process.stdout.read(), "")
                process.stdout.close()
                process.stderr.close()
                self.assertEqual(processes_naming(folder), [])
                self.assertEqual(os.listdir(folder), [])

    def test_a_target_is_pinned_by_the_environment(self):
        for target in json.loads(self.succeed("signature", "--parts", "genomes",
                                              "--json").stdout)["targets"]:
            pinned = self.succeed("signature", "--parts", "kernels", "--json", "--quiet",
                                  environment={"GENET_TARGET": target})
            self.assertEqual(json.loads(pinned.stdout)["targets"], [target])
            self.expect_golden(json.loads(pinned.stdout)["rows"])
        ended = run("presets", environment={"GENET_TARGET": "AVX9"})
        self.assertEqual((ended.returncode, ended.stdout), (2, ""))
        self.assertRegex(ended.stderr, r"^genet: GENET_TARGET: this machine has no 'AVX9'; it has .*\n$")

    def test_mistakes_are_named(self):
        self.fail_with([2], "signature", "--target", "AVX9", says="it has")
        self.fail_with([2], "signature", "--parts", "kernel", says="kernel")


if __name__ == "__main__":
    main()
