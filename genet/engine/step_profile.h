// Where the time of training steps goes: seconds, arithmetic and bytes of each kind of work.
#pragma once

#include <map>
#include <string>

#include "genet/base/duration.h"

namespace genet {

// Not thread-safe.
class StepProfile {
 public:
  struct Entry {
    double seconds = 0;
    double flops = 0;  // counted as computed directly, two for each multiply-add
    // What the work must at least read and write, each array once, whatever cache it comes from.
    double bytes = 0;
  };

  void Add(const std::string& work, const Entry& entry) {
    Entry& sum = entries_[work];
    sum.seconds += entry.seconds;
    sum.flops += entry.flops;
    sum.bytes += entry.bytes;
  }
  void Clear() { entries_.clear(); }
  const std::map<std::string, Entry>& entries() const { return entries_; }

  // Adds the time between its construction and its end. `profile` may be null.
  class Timer {
   public:
    Timer(StepProfile* profile, const char* work, double flops, double bytes)
        : profile_(profile), work_(work), flops_(flops), bytes_(bytes) {
      if (profile_ != nullptr) start_ = Clock::now();
    }
    ~Timer() {
      if (profile_ == nullptr) return;
      profile_->Add(work_, {SecondsSince(start_), flops_, bytes_});
    }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

   private:
    StepProfile* profile_;
    const char* work_;
    double flops_, bytes_;
    Clock::time_point start_;
  };

 private:
  std::map<std::string, Entry> entries_;
};

}  // namespace genet
