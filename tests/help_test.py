"""The help of the program and of each command."""
import re

from program import *

COMMANDS = ["search", "train", "evaluate", "show", "report", "reproduce", "transfer", "features",
            "classify", "data", "bench", "signature", "worker"]


class HelpTest(ProgramTest):
    def test_program_help_is_the_golden_text(self):
        """To renew it: genet --help > tests/golden/help.txt, and read the difference."""
        with open(os.path.join(SOURCE, "tests/golden/help.txt")) as file:
            golden = file.read()
        self.assertEqual(self.succeed("--help").stdout, golden)

    def test_each_command_explains_itself_with_an_example(self):
        for command in COMMANDS:
            with self.subTest(command):
                text = self.succeed(command, "--help").stdout
                self.assertRegex(text, rf"genet {command}\b")
                self.assertRegex(text, re.compile("example", re.IGNORECASE))

    def test_every_command_of_the_golden_text_is_tested_here(self):
        text = self.succeed("--help").stdout
        for command in COMMANDS:
            self.assertRegex(text, rf"(?m)^\s+{command}\s")

    def test_defaults_are_the_commands_own(self):
        transfer = self.succeed("transfer", "--help").stdout
        self.assertIn("(default: transfer)", transfer)
        self.assertRegex(transfer, r"--weight-decay W\n.*\n.*\(default: 0\.0005\)")
        self.assertRegex(self.succeed("bench", "--help").stdout, r"training step\. \(default: 128\)")

    def test_the_page_on_data_sets_has_every_spec(self):
        specs = set(re.findall(r"\b[a-z0-9]+:[A-Z]+", self.succeed("data", "info", "--help").stdout))
        self.assertIn("imagenet:PATH", specs)
        with open(os.path.join(SOURCE, "docs/data.md")) as file:
            page = file.read()
        for spec in specs:
            self.assertIn(f"`{spec}", page)

    def test_the_table_of_settings_in_the_docs_is_the_programs(self):
        """To renew it: put what genet presets --markdown prints in the place of the table."""
        with open(os.path.join(SOURCE, "docs/formats.md")) as file:
            docs = file.read()
        self.assertIn("\n\n" + self.succeed("presets", "--markdown").stdout + "\n", docs)

    def test_a_reader_that_has_seen_enough_is_no_error(self):
        reader, writer = os.pipe()
        os.close(reader)
        try:
            ended = subprocess.run([PROGRAM, "presets"], stdout=writer, stderr=subprocess.PIPE)
        finally:
            os.close(writer)
        self.assertEqual((ended.returncode, ended.stderr), (0, b""))


if __name__ == "__main__":
    main()
