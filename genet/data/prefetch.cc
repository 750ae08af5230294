#include "genet/data/prefetch.h"

#include <utility>

#include "genet/base/check.h"

namespace genet {

Prefetcher::Prefetcher(size_t count, size_t slots, int threads, Make make)
    : count_(count), make_(std::move(make)), results_(slots), ready_(slots) {
  GENET_CHECK(slots >= 1 && threads >= 1);
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

Prefetcher::~Prefetcher() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  released_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Prefetcher::Run() {
  const size_t slots = ready_.size();
  std::unique_lock lock(mutex_);
  while (true) {
    released_.wait(lock, [&] { return stop_ || next_ == count_ || next_ < free_ + slots; });
    if (stop_ || next_ == count_) return;
    const size_t item = next_++;
    lock.unlock();
    Status result = make_(item, item % slots);
    lock.lock();
    results_[item % slots] = std::move(result);
    ready_[item % slots] = true;
    made_.notify_one();
  }
}

Status Prefetcher::WaitUntil(size_t end) {
  std::unique_lock lock(mutex_);
  const size_t slots = ready_.size();
  GENET_CHECK(end <= count_ && end <= free_ + slots);
  for (size_t item = free_; item < end; ++item) {
    made_.wait(lock, [&] { return ready_[item % slots]; });
    GENET_TRY(results_[item % slots]);
  }
  return {};
}

void Prefetcher::Release(size_t end) {
  {
    const std::lock_guard lock(mutex_);
    for (; free_ < end; ++free_) ready_[free_ % ready_.size()] = false;
  }
  released_.notify_all();
}

}  // namespace genet
