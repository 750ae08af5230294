#include "genet/base/thread_team.h"

namespace genet {
namespace {

// A network's loops follow each other closely, so a thread looks out for the next one for about a
// millisecond before it sleeps. It gives way at each look, because the core may be another's.
template <class Ready>
bool LookOutFor(const Ready& ready) {
  constexpr int kLooks = 2000;
  for (int look = 0; look < kLooks; ++look) {
    if (ready()) return true;
    std::this_thread::yield();
  }
  return false;
}

}  // namespace

ThreadTeam::ThreadTeam(int threads) {
  for (int thread = 1; thread < threads; ++thread) {
    threads_.emplace_back([this, thread] { Work(thread); });
  }
}

ThreadTeam::~ThreadTeam() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  start_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void ThreadTeam::Run(int count, const std::function<void(int, int)>& body) {
  if (threads_.empty() || count <= 1) {
    for (int index = 0; index < count; ++index) body(index, 0);
    return;
  }
  body_ = &body;
  count_ = count;
  next_ = 0;
  busy_ = size();
  {
    const std::lock_guard lock(mutex_);
    ++round_;  // publishes the above
  }
  start_.notify_all();
  Take(0);
  const auto done = [this] { return busy_ == 0; };
  if (LookOutFor(done)) return;
  std::unique_lock lock(mutex_);
  done_.wait(lock, done);
}

void ThreadTeam::Work(int thread) {
  long seen = 0;
  while (true) {
    const auto ready = [&] { return stop_ || round_ != seen; };
    if (!LookOutFor(ready)) {
      std::unique_lock lock(mutex_);
      start_.wait(lock, ready);
    }
    if (stop_) return;
    ++seen;  // a round does not begin before all have left the one before
    Take(thread);
  }
}

void ThreadTeam::Take(int thread) {
  for (int index = next_++; index < count_; index = next_++) (*body_)(index, thread);
  if (--busy_ > 0) return;
  const std::lock_guard lock(mutex_);
  done_.notify_all();
}

}  // namespace genet
