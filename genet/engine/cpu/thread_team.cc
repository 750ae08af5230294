#include "genet/engine/cpu/thread_team.h"

namespace genet {

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
  {
    const std::lock_guard lock(mutex_);
    body_ = &body;
    count_ = count;
    next_ = 0;
    busy_ = size();
    ++round_;
  }
  start_.notify_all();
  Take(0);
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return busy_ == 0; });
}

void ThreadTeam::Work(int thread) {
  long seen = 0;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      start_.wait(lock, [&] { return stop_ || round_ != seen; });
      if (stop_) return;
      seen = round_;
    }
    Take(thread);
  }
}

void ThreadTeam::Take(int thread) {
  std::unique_lock lock(mutex_);
  while (next_ < count_) {
    const int index = next_++;
    lock.unlock();
    (*body_)(index, thread);
    lock.lock();
  }
  if (--busy_ == 0) done_.notify_all();
}

}  // namespace genet
