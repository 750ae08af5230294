// Makes items ahead of the one who takes them, in threads, and hands them out in order.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "genet/base/error.h"

namespace genet {

// Items 0 to count - 1; item i is made in slot i % slots of the caller's memory, so at most `slots`
// items exist at a time. What an item is depends on its number only, hence results do not depend on
// the number of threads.
class Prefetcher {
 public:
  // `make(item, slot)` is called from `threads` threads at once.
  using Make = std::function<Status(size_t item, size_t slot)>;
  Prefetcher(size_t count, size_t slots, int threads, Make make);
  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;
  // Ends the threads after the item each is at.
  ~Prefetcher();

  // Waits until the items up to `end` are made, from the first that is not released; the error of
  // the lowest one that failed. Call from one thread only; end <= released + slots.
  Status WaitUntil(size_t end);
  // The slots of the items before `end` may be used again.
  void Release(size_t end);

 private:
  void Run();

  const size_t count_;
  const Make make_;
  std::mutex mutex_;
  std::condition_variable made_, released_;
  std::vector<Status> results_;  // of each slot
  std::vector<bool> ready_;      // of each slot
  size_t next_ = 0;              // item that is begun next
  size_t free_ = 0;              // items before it are released
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace genet
