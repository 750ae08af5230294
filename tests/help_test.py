"""The help of the program and of each command."""
import re

from program import *

COMMANDS = ["search", "train", "evaluate", "show", "report", "reproduce", "transfer", "features",
            "classify", "data", "bench", "worker"]


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


if __name__ == "__main__":
    main()
