#include "genet/cli/stop.h"

#include <atomic>
#include <csignal>
#include <initializer_list>

namespace genet::cli {
namespace {

std::atomic<int> stop_signal = 0;
static_assert(std::atomic<int>::is_always_lock_free);

void Remember(int signal) { stop_signal = signal; }

}  // namespace

void CatchStopSignals() {
  for (const int signal : {SIGINT, SIGTERM}) {
    struct sigaction action {};
    action.sa_handler = Remember;
    action.sa_flags = SA_RESETHAND | SA_RESTART;
    ::sigaction(signal, &action, nullptr);
  }
}

int StopSignal() { return stop_signal; }

int StopExitStatus() { return 128 + stop_signal; }

}  // namespace genet::cli
