// A reader of Python pickles that executes nothing.
//
// A pickle is a program for a small stack machine, and two of its instructions name a function and call it. This reader
// knows the instructions that data needs, lets only listed names stand for themselves, and turns a call into a value
// that says "this function with these arguments", for its caller to interpret or not. Protocols 2 to 5 without
// out-of-band buffers. Source: Python's Lib/pickletools.py.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/status.h"

namespace troupe::diffusion::pickle {

struct Value;
using Values = std::vector<const Value*>;

struct None {};
struct Text {
  std::string_view utf8;
};
struct Bytes {
  std::string_view raw;
};
struct List {
  Values items;
};
struct Tuple {
  Values items;
};
struct Dict {
  std::vector<std::pair<const Value*, const Value*>> items;  // in the order of writing
};
struct Global {
  std::string_view module, name;
};
struct Persistent {  // what the writer keeps outside of the pickle
  const Value* id;
};
struct Call {
  const Global* function;
  const Tuple* arguments;
};

// Values may refer to themselves in a circle: bound the depth of any walk.
struct Value {
  std::variant<None, bool, std::int64_t, double, Text, Bytes, List, Tuple, Dict, Global, Persistent, Call> data;

  template <typename T>
  const T* as() const {
    return std::get_if<T>(&data);
  }
};

struct Pickle {
  std::deque<Value> values;  // owns them; texts and bytes are views of what was read
  const Value* root = nullptr;
  std::size_t consumed = 0;  // bytes up to and with STOP
};

// Reads one pickle from the start of `bytes`, which outlive the result. is_known says whether a global may appear. A
// call of collections.OrderedDict, which no is_known needs to list, is a Dict.
// kCorrupt says what stands at which byte: an instruction or a global that no data needs (by name), a stack that does
// not fit, an early end. kTooLarge: over limits::kMaxPickleBytes or limits::kMaxPickleSteps.
Result<Pickle> read(std::string_view bytes,
                    const std::function<bool(std::string_view module, std::string_view name)>& is_known);

}  // namespace troupe::diffusion::pickle
