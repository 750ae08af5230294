#include "genet/base/process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <string_view>
#include <thread>
#include <utility>

#include "genet/base/check.h"
#include "genet/base/duration.h"

namespace genet {
namespace {

// Everything the child does between fork and exec. Only async-signal-safe calls: another thread of
// the parent may have held any lock at the moment of the fork.
[[noreturn]] void BecomeProgram(const char* executable, char* const* arguments,
                                char* const* environment, int input, int log, pid_t parent,
                                int failure_pipe) {
  const auto fail = [failure_pipe] {
    const int error = errno;
    [[maybe_unused]] const ssize_t written = ::write(failure_pipe, &error, sizeof error);
    ::_exit(127);
  };
  ::setpgid(0, 0);
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail();
  // The parent may have died before the line above took effect.
  if (::getppid() != parent) ::_exit(127);
  struct sigaction standard = {};
  standard.sa_handler = SIG_DFL;
  for (int signal = 1; signal < 32; ++signal) ::sigaction(signal, &standard, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (::dup2(input, STDIN_FILENO) < 0) fail();
  if (log >= 0 && (::dup2(log, STDOUT_FILENO) < 0 || ::dup2(log, STDERR_FILENO) < 0)) fail();
  ::execve(executable, arguments, environment);
  fail();
  ::_exit(127);
}

// This process's environment, where `changes` ("NAME=value") take the place of what has their
// names.
std::vector<std::string> Environment(const std::vector<std::string>& changes) {
  std::vector<std::string> variables = changes;
  for (char** it = ::environ; *it != nullptr; ++it) {
    const std::string_view variable = *it;
    const std::string_view name = variable.substr(0, variable.find('=') + 1);
    const auto replaces = [&](const std::string& change) { return change.starts_with(name); };
    if (name.empty() || std::none_of(changes.begin(), changes.end(), replaces)) {
      variables.emplace_back(variable);
    }
  }
  return variables;
}

// As exec takes them, but for the null at the end.
std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  return pointers;
}

}  // namespace

std::string ProcessEnd::ToString() const {
  if (signal == 0) return fmt::format("exit status {}", exit_code);
  return fmt::format("signal {} ({})", signal, ::strsignal(signal));
}

Result<ChildProcess> ChildProcess::Start(const ProcessOptions& options) {
  GENET_CHECK(!options.arguments.empty());
  std::vector<char*> arguments = Pointers(options.arguments);
  arguments.push_back(nullptr);
  const std::vector<std::string> variables = Environment(options.environment);
  std::vector<char*> environment = Pointers(variables);
  environment.push_back(nullptr);

  int log = -1;
  if (!options.log.empty()) {
    log = ::open(options.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (log < 0) {
      return Failure("cannot create {}: {}", options.log.string(), std::strerror(errno));
    }
  }
  const int input = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  // Closes at exec; what can be read from it tells why exec failed.
  int failure_pipe[2] = {-1, -1};
  const bool piped = input >= 0 && ::pipe2(failure_pipe, O_CLOEXEC) == 0;
  int error = piped ? 0 : errno;
  pid_t pid = -1;
  if (piped) {
    const pid_t parent = ::getpid();
    pid = ::fork();
    if (pid == 0) {
      BecomeProgram(options.executable.c_str(), arguments.data(), environment.data(), input, log,
                    parent, failure_pipe[1]);
    }
    if (pid < 0) error = errno;
    ::close(failure_pipe[1]);
    if (pid > 0) {
      // The child does the same; whoever comes first, the group exists when Start returns.
      ::setpgid(pid, pid);
      ssize_t count;
      do {
        count = ::read(failure_pipe[0], &error, sizeof error);
      } while (count < 0 && errno == EINTR);
      if (count <= 0) error = 0;
    }
    ::close(failure_pipe[0]);
  }
  if (input >= 0) ::close(input);
  if (log >= 0) ::close(log);
  if (error != 0) {
    if (pid > 0) ::waitpid(pid, nullptr, 0);
    return Failure("cannot start {}: {}", options.executable.string(), std::strerror(error));
  }
  return ChildProcess(pid);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), end_(other.end_) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(end_, other.end_);
  return *this;
}

ChildProcess::~ChildProcess() {
  if (pid_ < 0 || end_) return;
  Signal(SIGKILL);
  Wait();
}

ProcessEnd ChildProcess::Record(int wait_status) {
  ProcessEnd end;
  if (WIFSIGNALED(wait_status)) {
    end.signal = WTERMSIG(wait_status);
  } else {
    end.exit_code = WEXITSTATUS(wait_status);
  }
  end_ = end;
  // What the process started and left behind ends with it.
  ::kill(-pid_, SIGKILL);
  return end;
}

std::optional<ProcessEnd> ChildProcess::Poll() {
  GENET_CHECK(pid_ > 0);
  if (end_) return end_;
  int wait_status = 0;
  const pid_t ended = ::waitpid(pid_, &wait_status, WNOHANG);
  if (ended == pid_) return Record(wait_status);
  GENET_CHECK(ended == 0 || errno == EINTR, "waiting for process {}: {}", pid_,
              std::strerror(errno));
  return std::nullopt;
}

ProcessEnd ChildProcess::Wait() {
  GENET_CHECK(pid_ > 0);
  if (end_) return *end_;
  int wait_status = 0;
  pid_t ended;
  do {
    ended = ::waitpid(pid_, &wait_status, 0);
  } while (ended < 0 && errno == EINTR);
  GENET_CHECK(ended == pid_, "waiting for process {}: {}", pid_, std::strerror(errno));
  return Record(wait_status);
}

void ChildProcess::Signal(int signal) {
  if (pid_ > 0 && !end_) ::kill(-pid_, signal);
}

void ChildProcess::Stop() {
  if (pid_ < 0 || end_) return;
  // Not the group: a child that stops between fork and exec would hold its parent for good.
  ::kill(pid_, SIGSTOP);
  siginfo_t info;
  int waited;
  do {
    waited = ::waitid(P_PID, static_cast<id_t>(pid_), &info, WSTOPPED | WEXITED | WNOWAIT);
  } while (waited != 0 && errno == EINTR);
  GENET_CHECK(waited == 0, "waiting for process {}: {}", pid_, std::strerror(errno));
}

void EndProcesses(const std::vector<ChildProcess*>& processes) {
  constexpr auto kGrace = std::chrono::seconds(1);
  for (ChildProcess* process : processes) process->Signal(SIGTERM);
  const Clock::time_point start = Clock::now();
  const auto runs = [](ChildProcess* process) { return !process->Poll().has_value(); };
  while (std::any_of(processes.begin(), processes.end(), runs) && Clock::now() - start < kGrace) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  for (ChildProcess* process : processes) {
    if (runs(process)) process->Signal(SIGKILL);
    process->Wait();
  }
}

std::string LastLine(const fs::path& log) {
  std::ifstream file(log);
  std::string line, last;
  while (std::getline(file, line)) {
    if (!line.empty()) last = line;
  }
  constexpr std::string_view kProgram = "genet: ";
  return last.starts_with(kProgram) ? last.substr(kProgram.size()) : last;
}

}  // namespace genet
