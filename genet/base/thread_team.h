// Threads that share the loops of one network. What an iteration computes must not depend on which
// thread runs it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace genet {

class ThreadTeam {
 public:
  // The caller of Run is one of the threads.
  explicit ThreadTeam(int threads);
  ~ThreadTeam();

  int size() const { return static_cast<int>(threads_.size()) + 1; }
  // Calls body(index, thread) for each index below count and waits for all of them.
  void Run(int count, const std::function<void(int index, int thread)>& body);

 private:
  void Work(int thread);
  void Take(int thread);

  std::vector<std::thread> threads_;
  std::mutex mutex_;  // for going to sleep only
  std::condition_variable start_, done_;
  const std::function<void(int, int)>* body_ = nullptr;
  int count_ = 0;
  std::atomic<int> next_ = 0, busy_ = 0;
  std::atomic<long> round_ = 0;
  std::atomic<bool> stop_ = false;
};

}  // namespace genet
