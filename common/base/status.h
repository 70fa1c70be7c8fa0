// Status and Result<T>: how every expected failure travels inside Troupe. Exceptions of libraries (zmq, SQLite, torch,
// OpenCV, yaml-cpp) are caught once, in the adapter that calls the library, and become a Status.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace troupe {

enum class Code {
  kOk,
  kInvalid,  // a usage or manifest error; the CLI exits 2
  kNotFound,
  kAlreadyExists,
  kPermissionDenied,  // not authorised
  kUnavailable,       // nobody answers; the CLI exits 3 on first contact
  kTimeout,
  kCancelled,
  kCorrupt,   // bytes that are not what they say they are
  kTooLarge,  // a limit with a name was passed
  kNoSpace,   // ENOSPC: may be tried again
  kIo,        // an I/O error or a failed fsync: never tried again
  kInternal,  // a bug or a library's failure
};

// "invalid", "not_found", ...: the `code` of JSON errors.
const char* code_name(Code code);

// Where in a file an error lies. line and column count from 1; 0 means unknown.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string message) : code_(code), message_(std::move(message)) {}
  Status(Code code, std::string message, Place place)
      : code_(code), message_(std::move(message)), place_(std::move(place)) {}

  bool ok() const { return code_ == Code::kOk; }
  Code code() const { return code_; }
  // What was wrong and what to do, without the place.
  const std::string& message() const { return message_; }
  const std::optional<Place>& place() const { return place_; }
  // "file:line:column: message", or the message alone.
  std::string to_string() const;
  // The same error, with "context: " before its message.
  Status with_context(const std::string& context) const;

 private:
  Code code_ = Code::kOk;
  std::string message_;
  std::optional<Place> place_;
};

// A T or the Status (never ok) that says why there is none. Reading the value of an error aborts.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<1>, std::move(value)) {}        // NOLINT: implicit on purpose
  Result(Status status) : state_(std::in_place_index<0>, std::move(status)) {  // NOLINT: implicit on purpose
    if (std::get<0>(state_).ok()) std::abort();
  }

  bool ok() const { return state_.index() == 1; }
  Status status() const { return ok() ? Status() : std::get<0>(state_); }

  T& value() & { return *require(); }
  const T& value() const& { return *const_cast<Result*>(this)->require(); }
  T&& value() && { return std::move(*require()); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return require(); }
  const T* operator->() const { return const_cast<Result*>(this)->require(); }

 private:
  T* require() {
    if (!ok()) std::abort();
    return &std::get<1>(state_);
  }
  std::variant<Status, T> state_;
};

}  // namespace troupe

// Returns from the enclosing function (of Status or any Result<T>) when `expression`, a Status, is an error.
#define TROUPE_RETURN_IF_ERROR(expression)                                                        \
  do {                                                                                            \
    if (::troupe::Status troupe_status = (expression); !troupe_status.ok()) return troupe_status; \
  } while (false)

#define TROUPE_CONCAT_INNER(a, b) a##b
#define TROUPE_CONCAT(a, b) TROUPE_CONCAT_INNER(a, b)

// TROUPE_ASSIGN_OR_RETURN(auto x, make_x()): the value of a Result, or return its Status.
#define TROUPE_ASSIGN_OR_RETURN(declaration, expression) \
  TROUPE_ASSIGN_OR_RETURN_INNER(TROUPE_CONCAT(troupe_result_, __LINE__), declaration, expression)
#define TROUPE_ASSIGN_OR_RETURN_INNER(result, declaration, expression) \
  auto result = (expression);                                          \
  if (!result.ok()) return result.status();                            \
  declaration = std::move(result).value()
