#include "worker/diffusion/torch_errors.h"

#include <c10/util/Exception.h>

#include <exception>
#include <new>

namespace troupe::diffusion {
namespace {

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

// The CPU allocator throws a plain c10::Error.
bool says_out_of_memory(const std::string& text) {
  return text.find("not enough memory") != std::string::npos || text.find("can't allocate memory") != std::string::npos;
}

}  // namespace

Status torch_exception_status(const std::string& what) {
  try {
    throw;
  } catch (const c10::OutOfMemoryError& error) {
    return Status(Code::kNoSpace, what + ": out of device memory: " + first_line(error.what_without_backtrace()));
  } catch (const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    if (says_out_of_memory(text)) return Status(Code::kNoSpace, what + ": out of memory: " + first_line(text));
    return Status(Code::kInternal, what + ": " + first_line(text));
  } catch (const std::bad_alloc&) {
    return Status(Code::kNoSpace, what + ": out of memory");
  } catch (const std::exception& error) {
    return Status(Code::kInternal, what + ": " + first_line(error.what()));
  } catch (...) {
    return Status(Code::kInternal, what + ": an unknown exception");
  }
}

}  // namespace troupe::diffusion
