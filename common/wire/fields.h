// Reads the fields of a protobuf message under suspicion and remembers the first thing that is wrong, with the path to
// it. Every reader returns something harmless when its field is wrong, so that conversions read straight through and
// look at the status once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/hash.h"
#include "common/base/status.h"

namespace troupe::wire {

class Fields {
 public:
  // `status` outlives this and all parts made of it.
  explicit Fields(Status& status) : status_(status) {}

  // A message inside this one. `name` must outlive the part: a literal.
  Fields part(const char* name, int index = -1) const { return Fields(status_, this, name, index); }

  bool ok() const { return status_.ok(); }
  void fail(const char* field, std::string what, Code code = Code::kInvalid) const;

  // A name: not empty, at most limits::kMaxNameBytes, no control characters.
  std::string name(const char* field, const std::string& value) const;
  // A name or nothing.
  std::string optional_name(const char* field, const std::string& value) const;
  // Any text of at most `most` bytes.
  std::string text(const char* field, const std::string& value, std::size_t most) const;
  // Exactly 32 bytes.
  Digest digest(const char* field, const std::string& value) const;
  // Exactly 32 bytes, or none: the digest of zeros.
  Digest optional_digest(const char* field, const std::string& value) const;
  // Finite and not negative.
  double seconds(const char* field, double value) const;
  std::uint64_t at_most(const char* field, std::uint64_t value, std::uint64_t most) const;
  // False, and an error, when there are more than `most`.
  bool count(const char* field, int size, std::size_t most) const;
  // The presence of a message.
  void require(const char* field, bool present) const;

 private:
  Fields(Status& status, const Fields* parent, const char* name, int index)
      : status_(status), parent_(parent), name_(name), index_(index) {}
  std::string path() const;

  Status& status_;
  const Fields* parent_ = nullptr;
  const char* name_ = "";
  int index_ = -1;
};

}  // namespace troupe::wire
