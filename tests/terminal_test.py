"""What a person sees on a real terminal, and what goes to a log."""
import fcntl
import pty
import re
import select
import termios

from program import *

LONG = [*NETWORK, "--data", "synthetic", "--schedule", "500@1e-2", "--train-images", "4000",
        "--validation-images", "128"]
CLEAR = "\r\x1b[K"


class Terminal:
    """A program whose standard streams are a terminal of so many columns."""

    def __init__(self, columns, *arguments):
        self.columns, self.text = columns, ""
        pid, self.screen = pty.fork()
        if pid == 0:
            fcntl.ioctl(2, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
            os.execv(PROGRAM, [PROGRAM, *arguments])
        self.pid, self.status = pid, None

    def read(self, seconds):
        """Reads for so long, or to the end. Whether the end was reached."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.screen], [], [], left)[0]:
                continue
            try:
                part = os.read(self.screen, 65536)
            except OSError:  # the last process closed its end
                part = b""
            if not part:
                return True
            self.text += part.decode()
        return False

    def read_until(self, pattern, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end and not re.search(pattern, self.text):
            if self.read(0.05):
                break
        return re.search(pattern, self.text)

    def type(self, keys):
        os.write(self.screen, keys)

    def wait(self):
        if self.status is None:
            self.read(60)
            os.close(self.screen)
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.status

    def live_lines(self):
        """What was drawn after each clearing of the line and without a line end."""
        return [part for part in self.text.split(CLEAR)[1:] if part and "\n" not in part]


class TerminalTest(ProgramTest):
    def test_search_redraws_one_line_that_fits(self):
        for columns in (100, 30):
            with self.subTest(columns):
                terminal = Terminal(columns, "search", "--run", self.path(f"run-{columns}"),
                                    *changed(SEARCH, "--train-images", "1024",
                                             "--schedule", "8@1e-2"))
                self.assertEqual(terminal.wait(), 0, terminal.text)
                lines = terminal.live_lines()
                self.assertGreater(len(lines), 3, terminal.text)
                self.assertTrue(all(len(line) < columns for line in lines), lines)
                self.assertTrue(all(re.match(r"generation \d", line) for line in lines), lines)
                if columns == 100:
                    self.assertRegex("\n".join(lines), r"best \d+\.\d\d %  mean \d+\.\d\d %")
                else:
                    self.assertTrue(any(line.endswith("...") for line in lines), lines)

    def test_ctrl_c_ends_a_search_with_a_clean_line(self):
        folder = self.path("run")
        terminal = Terminal(100, "search", "--run", folder, "--population", "4",
                            "--generations", "1", *LONG)
        self.assertTrue(terminal.read_until(r"images/s", 60), terminal.text)
        began = time.monotonic()
        terminal.type(b"\x03")
        self.assertEqual(terminal.wait(), 130, terminal.text)
        self.assertLess(time.monotonic() - began, 2)
        # The last words stand at the beginning of a line of their own.
        self.assertTrue(terminal.text.endswith(
            f"{CLEAR}stopped; resume with: genet search --run {folder}\r\n"), terminal.text[-300:])

    def test_ctrl_c_ends_a_training_with_a_clean_line(self):
        folder = self.path("trained")
        terminal = Terminal(60, "train", "vgg", "--out", folder, *LONG)
        self.assertTrue(terminal.read_until(r"images/s", 60), terminal.text)
        terminal.read(1)
        began = time.monotonic()
        terminal.type(b"\x03")
        self.assertEqual(terminal.wait(), 130, terminal.text)
        self.assertLess(time.monotonic() - began, 2)
        self.assertTrue(all(len(line) < 60 for line in terminal.live_lines()), terminal.text)
        self.assertTrue(terminal.text.endswith(
            f"{CLEAR}stopped; resume with the same command (--out {folder})\r\n"),
            terminal.text[-300:])

    def test_a_log_has_no_control_characters(self):
        for command in (["search", "--run", self.path("run"), *SEARCH],
                        ["train", "vgg", "--out", self.path("trained"), *NETWORK, *TRAINING]):
            ended = self.succeed(*command)
            self.assertGreater(len(ended.stderr.splitlines()), 1)
            self.assertNotRegex(ended.stderr, r"[^\n -~]", command)

    def test_quiet_says_nothing_on_a_terminal(self):
        terminal = Terminal(80, "search", "--quiet", "--json", "--run", self.path("run"), *SEARCH)
        self.assertEqual(terminal.wait(), 0, terminal.text)
        json.loads(terminal.text)


if __name__ == "__main__":
    main()
