// Child processes that cannot outlive their parent.
//
// A child leads a process group of its own, so a Ctrl-C at the terminal reaches it only through its
// parent, and a kill reaches what the child itself started. The kernel kills it (SIGKILL) when the
// thread that started it ends: start children from a thread that lives as long as they shall.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/file.h"

namespace genet {

// How a process ended: by itself with an exit code, or by a signal.
struct ProcessEnd {
  int exit_code = 0;
  int signal = 0;  // 0: it ended by itself

  bool success() const { return signal == 0 && exit_code == 0; }
  // "exit status 3" or "signal 9 (Killed)".
  std::string ToString() const;
};

struct ProcessOptions {
  fs::path executable;
  std::vector<std::string> arguments;  // arguments[0] is the name the process goes by
  // Receives standard output and standard error, appended; none: both are inherited.
  fs::path log;
  // "NAME=value": what differs from the environment of this process.
  std::vector<std::string> environment = {};
};

class ChildProcess {
 public:
  // An error if the program cannot be executed. Standard input is empty.
  static Result<ChildProcess> Start(const ProcessOptions& options);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  // Kills the process and its group, if it still runs, and waits for it.
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  // Nothing while the process runs. Does not wait.
  std::optional<ProcessEnd> Poll();
  ProcessEnd Wait();
  // To the process and what it started.
  void Signal(int signal);
  // SIGSTOP, to the process alone; returns when it has stopped, or has ended. Signal(SIGCONT) lets
  // it go on.
  void Stop();

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}
  ProcessEnd Record(int wait_status);

  pid_t pid_ = -1;  // -1: moved from
  std::optional<ProcessEnd> end_;
};

// Asks the processes to end (SIGTERM), and kills those that have not after a second.
void EndProcesses(const std::vector<ChildProcess*>& processes);

// What a process said last in its log: the last line that is not empty, without the "genet: " of an
// error.
std::string LastLine(const fs::path& log);

}  // namespace genet
