// Where a protobuf message lives while it is converted: memory of the thread's own that serves message after message,
// so that a message of hundreds of results costs no allocation for each of its parts.
#pragma once

#include <google/protobuf/arena.h>

#include <cstddef>
#include <utility>

namespace troupe::wire {

inline constexpr std::size_t kScratchBytes = 64u << 10;  // larger messages take more from the heap

// The memory of this thread, or nothing when a Scratch further up uses it.
class ScratchBlock {
 public:
  ScratchBlock() : mine_(!std::exchange(taken(), true)) {}
  ~ScratchBlock() {
    if (mine_) taken() = false;
  }
  ScratchBlock(const ScratchBlock&) = delete;
  ScratchBlock& operator=(const ScratchBlock&) = delete;

  google::protobuf::ArenaOptions options() const {
    alignas(std::max_align_t) static thread_local char block[kScratchBytes];
    google::protobuf::ArenaOptions options;
    options.start_block_size = kScratchBytes;
    options.max_block_size = 16 * kScratchBytes;
    if (mine_) {
      options.initial_block = block;
      options.initial_block_size = sizeof block;
    }
    return options;
  }

 private:
  static bool& taken() {
    static thread_local bool taken = false;
    return taken;
  }
  bool mine_;
};

// A message that is gone with this object. Not for longer than a conversion, and not to be handed to another thread.
template <typename Message>
class Scratch {
 public:
  Scratch() : arena_(block_.options()), message_(google::protobuf::Arena::CreateMessage<Message>(&arena_)) {}

  Message& operator*() { return *message_; }
  Message* operator->() { return message_; }

 private:
  ScratchBlock block_;
  google::protobuf::Arena arena_;
  Message* message_;
};

}  // namespace troupe::wire
