#include "worker/diffusion/weights/pickle.h"

#include <bit>
#include <cstring>
#include <string>
#include <unordered_map>

#include "common/base/limits.h"
#include "worker/diffusion/weights/pickle_bytes.h"

namespace troupe::diffusion::pickle {
namespace {

using Known = std::function<bool(std::string_view, std::string_view)>;

// Instructions, by the names that pickletools gives them.
enum Op : unsigned char {
  kMark = '(',
  kStop = '.',
  kPop = '0',
  kPopMark = '1',
  kDup = '2',
  kBinFloat = 'G',
  kBinInt = 'J',
  kBinInt1 = 'K',
  kBinInt2 = 'M',
  kNone = 'N',
  kBinPersId = 'Q',
  kReduce = 'R',
  kBinString = 'T',
  kShortBinString = 'U',
  kBinUnicode = 'X',
  kEmptyList = ']',
  kAppend = 'a',
  kBuild = 'b',
  kGlobal = 'c',
  kAppends = 'e',
  kBinGet = 'h',
  kLongBinGet = 'j',
  kBinPut = 'q',
  kLongBinPut = 'r',
  kSetItem = 's',
  kTuple = 't',
  kEmptyTuple = ')',
  kSetItems = 'u',
  kEmptyDict = '}',
  kBinBytes = 'B',
  kShortBinBytes = 'C',
  kProto = 0x80,
  kNewObj = 0x81,
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kLong1 = 0x8a,
  kShortBinUnicode = 0x8c,
  kBinUnicode8 = 0x8d,
  kBinBytes8 = 0x8e,
  kStackGlobal = 0x93,
  kMemoize = 0x94,
  kFrame = 0x95,
};

Status corrupt(const std::string& what) {
  return Status(Code::kCorrupt, what);
}

std::string hex(unsigned char byte) {
  constexpr char kDigits[] = "0123456789abcdef";
  return {'0', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
}

// A name from a file, fit for a message.
std::string shown(std::string_view text) {
  std::string result(text.substr(0, 80));
  for (char& c : result) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return result;
}

class Machine : private PickleBytes {
 public:
  Machine(std::string_view bytes, const Known& is_known) : PickleBytes(bytes), is_known_(is_known) {}

  Result<Pickle> run() {
    for (std::size_t steps = 0; steps < limits::kMaxPickleSteps; ++steps) {
      const std::size_t at = position();
      unsigned char op = 0;
      Status status = byte(op);
      if (status.ok() && op == kStop) return stop();
      if (status.ok()) status = step(op);
      if (!status.ok()) return Status(status.code(), "byte " + std::to_string(at) + ": " + status.message());
      if (position() > limits::kMaxPickleBytes) break;
    }
    return Status(Code::kTooLarge, "a description of data that takes more than " +
                                       std::to_string(limits::kMaxPickleSteps) + " steps or " +
                                       std::to_string(limits::kMaxPickleBytes >> 20) + " MiB");
  }

 private:
  Result<Pickle> stop() {
    if (stack_.empty() || !marks_.empty()) return corrupt("it stops with nothing to give");
    pickle_.root = stack_.back();
    pickle_.consumed = position();
    return std::move(pickle_);
  }

  Status step(unsigned char op) {
    switch (op) {
      case kProto: return protocol();
      case kFrame: return skip(8);
      case kMark: marks_.push_back(stack_.size()); return {};
      case kPop: return pop_anything();
      case kPopMark: return pop_mark().status();
      case kDup: return stack_.empty() ? underflow() : (stack_.push_back(stack_.back()), Status());
      case kNone: return push(None{});
      case kNewTrue: return push(true);
      case kNewFalse: return push(false);
      case kBinInt:
      case kBinInt1:
      case kBinInt2:
      case kLong1:
      case kBinFloat: return number(op);
      case kBinUnicode: return text(4);
      case kShortBinUnicode: return text(1);
      case kBinUnicode8: return text(8);
      // Python 2's strings: names, in what torch writes.
      case kBinString: return text(4);
      case kShortBinString: return text(1);
      case kBinBytes: return raw(4);
      case kShortBinBytes: return raw(1);
      case kBinBytes8: return raw(8);
      case kEmptyList: return push(List{});
      case kEmptyDict: return push(Dict{});
      case kEmptyTuple: return push(Tuple{});
      case kTuple: return tuple_to_mark();
      case kTuple1:
      case kTuple2:
      case kTuple3: return tuple(static_cast<std::size_t>(op - kTuple1 + 1));
      case kAppend: return append(1);
      case kAppends: return append_to_mark();
      case kSetItem: return set_items(2);
      case kSetItems: return set_to_mark();
      case kBinPut: return put(1);
      case kLongBinPut: return put(4);
      case kMemoize: return remember(memo_.size());
      case kBinGet: return get(1);
      case kLongBinGet: return get(4);
      case kGlobal: return global();
      case kStackGlobal: return stack_global();
      case kReduce:
      case kNewObj: return call();
      case kBuild: return build();
      case kBinPersId: return persistent();
      default: return corrupt("the instruction " + hex(op) + ", which no file of weights needs");
    }
  }

  // The stack.

  Status underflow() const { return corrupt("an instruction finds too little before it"); }

  // How many values lie above the last mark.
  std::size_t above() const { return stack_.size() - (marks_.empty() ? 0 : marks_.back()); }

  Value* make(decltype(Value::data) data) {
    pickle_.values.push_back(Value{std::move(data)});
    return &pickle_.values.back();
  }
  Status push(decltype(Value::data) data) {
    stack_.push_back(make(std::move(data)));
    return {};
  }
  Result<std::vector<Value*>> take(std::size_t count) {
    if (above() < count) return underflow();
    std::vector<Value*> taken(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
    stack_.resize(stack_.size() - count);
    return taken;
  }
  Result<std::vector<Value*>> pop_mark() {
    if (marks_.empty()) return underflow();
    auto taken = take(above());
    marks_.pop_back();
    return taken;
  }
  Status pop_anything() {
    if (above() == 0 && !marks_.empty()) return marks_.pop_back(), Status();
    return take(1).status();
  }

  // Values.

  Status protocol() {
    unsigned char version = 0;
    TROUPE_RETURN_IF_ERROR(byte(version));
    return version >= 2 && version <= 5 ? Status() : corrupt("protocol " + std::to_string(version) + " is not known");
  }

  Status number(unsigned char op) {
    std::uint64_t bits = 0;
    if (op == kBinFloat) {  // the one big-endian value
      std::string_view raw;
      TROUPE_RETURN_IF_ERROR(take_bytes(8, raw));
      for (const char c : raw) bits = bits << 8 | static_cast<unsigned char>(c);
      return push(std::bit_cast<double>(bits));
    }
    int width = op == kBinInt ? 4 : op == kBinInt2 ? 2 : 1;
    if (op == kLong1) {
      unsigned char length = 0;
      TROUPE_RETURN_IF_ERROR(byte(length));
      if (length > 8) return corrupt("a whole number of " + std::to_string(length) + " bytes");
      width = length;
    }
    TROUPE_RETURN_IF_ERROR(little_endian(width, bits));
    const bool has_sign = op == kBinInt || op == kLong1;
    if (has_sign && width > 0 && width < 8 && (bits >> (8 * width - 1) & 1) != 0)
      bits |= ~std::uint64_t{0} << 8 * width;
    return push(static_cast<std::int64_t>(bits));
  }

  Status text(int width) {
    std::string_view found;
    TROUPE_RETURN_IF_ERROR(counted(width, found));
    return push(Text{found});
  }

  Status raw(int width) {
    std::string_view found;
    TROUPE_RETURN_IF_ERROR(counted(width, found));
    return push(Bytes{found});
  }

  Status tuple(std::size_t count) {
    TROUPE_ASSIGN_OR_RETURN(const auto items, take(count));
    return push(Tuple{Values(items.begin(), items.end())});
  }
  Status tuple_to_mark() {
    TROUPE_ASSIGN_OR_RETURN(const auto items, pop_mark());
    return push(Tuple{Values(items.begin(), items.end())});
  }

  Status extend(const std::vector<Value*>& items) {
    auto* list = above() == 0 ? nullptr : std::get_if<List>(&stack_.back()->data);
    if (list == nullptr) return corrupt("items for what is no list");
    list->items.insert(list->items.end(), items.begin(), items.end());
    return {};
  }
  Status append(std::size_t count) {
    TROUPE_ASSIGN_OR_RETURN(const auto items, take(count));
    return extend(items);
  }
  Status append_to_mark() {
    TROUPE_ASSIGN_OR_RETURN(const auto items, pop_mark());
    return extend(items);
  }

  Status assign(const std::vector<Value*>& items) {
    auto* dict = above() == 0 ? nullptr : std::get_if<Dict>(&stack_.back()->data);
    if (dict == nullptr || items.size() % 2 != 0) return corrupt("keys and values for what is no dict");
    for (std::size_t i = 0; i < items.size(); i += 2) dict->items.emplace_back(items[i], items[i + 1]);
    return {};
  }
  Status set_items(std::size_t count) {
    TROUPE_ASSIGN_OR_RETURN(const auto items, take(count));
    return assign(items);
  }
  Status set_to_mark() {
    TROUPE_ASSIGN_OR_RETURN(const auto items, pop_mark());
    return assign(items);
  }

  // The memo.

  Status remember(std::uint64_t key) {
    if (above() == 0) return underflow();
    memo_[key] = stack_.back();
    return {};
  }
  Status put(int width) {
    std::uint64_t key = 0;
    TROUPE_RETURN_IF_ERROR(little_endian(width, key));
    return remember(key);
  }
  Status get(int width) {
    std::uint64_t key = 0;
    TROUPE_RETURN_IF_ERROR(little_endian(width, key));
    const auto found = memo_.find(key);
    if (found == memo_.end()) return corrupt("it refers to what it has not made");
    stack_.push_back(found->second);
    return {};
  }

  // Names and calls.

  static bool is_ordered_dict(const Global& global) {
    return global.module == "collections" && global.name == "OrderedDict";
  }

  Status name(const Global& global) {
    if (!is_ordered_dict(global) && !is_known_(global.module, global.name)) {
      return corrupt("it asks for " + shown(global.module) + "." + shown(global.name) +
                     ", which weights do not need; nothing was run. Use a file from a source that you trust, or a "
                     ".safetensors of it");
    }
    return push(global);
  }
  Status global() {
    Global found;
    TROUPE_RETURN_IF_ERROR(line(found.module));
    TROUPE_RETURN_IF_ERROR(line(found.name));
    return name(found);
  }
  Status stack_global() {
    TROUPE_ASSIGN_OR_RETURN(const auto names, take(2));
    const Text *module = names[0]->as<Text>(), *attribute = names[1]->as<Text>();
    if (module == nullptr || attribute == nullptr) return corrupt("a name that is no text");
    return name({module->utf8, attribute->utf8});
  }

  Status call() {
    TROUPE_ASSIGN_OR_RETURN(const auto parts, take(2));
    const Global* function = parts[0]->as<Global>();
    const Tuple* arguments = parts[1]->as<Tuple>();
    if (function == nullptr || arguments == nullptr) return corrupt("a call of what is no function");
    return is_ordered_dict(*function) ? ordered_dict(*arguments) : push(Call{function, arguments});
  }

  // OrderedDict(), or, as Python 2 wrote it, OrderedDict([[key, value], ...]).
  Status ordered_dict(const Tuple& arguments) {
    Dict dict;
    const List* pairs = arguments.items.empty() ? nullptr : arguments.items[0]->as<List>();
    if (arguments.items.size() > 1 || (arguments.items.size() == 1 && pairs == nullptr)) {
      return corrupt("an OrderedDict of something else than pairs");
    }
    for (const Value* item : pairs == nullptr ? Values() : pairs->items) {
      const List* list = item->as<List>();
      const Tuple* tuple = item->as<Tuple>();
      const Values* pair = list != nullptr ? &list->items : tuple != nullptr ? &tuple->items : nullptr;
      if (pair == nullptr || pair->size() != 2) return corrupt("an OrderedDict of something else than pairs");
      dict.items.emplace_back((*pair)[0], (*pair)[1]);
    }
    return push(std::move(dict));
  }

  // Attributes of an object, such as the _metadata of a state dict; nothing that is read here has any.
  Status build() {
    TROUPE_ASSIGN_OR_RETURN(const auto state, take(1));
    if (above() == 0) return underflow();
    const Value& target = *stack_.back();
    return target.as<Dict>() != nullptr || target.as<Call>() != nullptr ? Status()
                                                                        : corrupt("attributes for what has none");
  }

  Status persistent() {
    TROUPE_ASSIGN_OR_RETURN(const auto id, take(1));
    return push(Persistent{id[0]});
  }

  const Known& is_known_;
  Pickle pickle_;
  std::vector<Value*> stack_;
  std::vector<std::size_t> marks_;  // heights of the stack
  std::unordered_map<std::uint64_t, Value*> memo_;
};

}  // namespace

Result<Pickle> read(std::string_view bytes, const Known& is_known) {
  return Machine(bytes, is_known).run();
}

}  // namespace troupe::diffusion::pickle
