#include "common/wire/fields.h"

#include <algorithm>
#include <cmath>

#include "common/base/limits.h"

namespace troupe::wire {
namespace {

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::string bytes_of(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

}  // namespace

std::string Fields::path() const {
  std::string text = parent_ ? parent_->path() : std::string();
  text += name_;
  if (index_ >= 0) text += "[" + std::to_string(index_) + "]";
  if (!text.empty()) text += ".";
  return text;
}

void Fields::fail(const char* field, std::string what, Code code) const {
  if (status_.ok()) status_ = Status(code, path() + field + ": " + std::move(what));
}

std::string Fields::name(const char* field, const std::string& value) const {
  if (value.empty()) fail(field, "is empty");
  return optional_name(field, value);
}

std::string Fields::optional_name(const char* field, const std::string& value) const {
  if (has_control(value)) {
    fail(field, "has a control character");
    return {};
  }
  return text(field, value, limits::kMaxNameBytes);
}

std::string Fields::text(const char* field, const std::string& value, std::size_t most) const {
  if (value.size() <= most) return value;
  fail(field, "has " + bytes_of(value.size()) + ", at most " + std::to_string(most) + " are taken", Code::kTooLarge);
  return {};
}

Digest Fields::digest(const char* field, const std::string& value) const {
  if (const auto digest = Digest::from_bytes(value)) return *digest;
  fail(field, "has " + bytes_of(value.size()) + ", a SHA-256 has 32");
  return {};
}

Digest Fields::optional_digest(const char* field, const std::string& value) const {
  return value.empty() ? Digest() : digest(field, value);
}

double Fields::seconds(const char* field, double value) const {
  if (std::isfinite(value) && value >= 0) return value;
  fail(field, "is no duration");
  return 0;
}

std::uint64_t Fields::at_most(const char* field, std::uint64_t value, std::uint64_t most) const {
  if (value <= most) return value;
  fail(field, "is " + std::to_string(value) + ", at most " + std::to_string(most) + " is taken", Code::kTooLarge);
  return 0;
}

bool Fields::count(const char* field, int size, std::size_t most) const {
  if (static_cast<std::size_t>(size) <= most) return true;
  fail(field, "has " + std::to_string(size) + " entries, at most " + std::to_string(most) + " are taken",
       Code::kTooLarge);
  return false;
}

void Fields::require(const char* field, bool present) const {
  if (!present) fail(field, "is missing");
}

}  // namespace troupe::wire
