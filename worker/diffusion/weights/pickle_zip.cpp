#include "worker/diffusion/weights/pickle_zip.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "common/base/limits.h"

namespace troupe::diffusion {
namespace {

constexpr std::string_view kEnd{"PK\5\6", 4}, kEnd64{"PK\6\6", 4}, kLocator64{"PK\6\7", 4}, kEntry{"PK\1\2", 4},
    kLocal{"PK\3\4", 4};
constexpr std::size_t kEndBytes = 22, kEnd64Bytes = 56, kLocator64Bytes = 20, kEntryBytes = 46, kLocalBytes = 30;
constexpr std::uint64_t kElsewhere = 0xffffffff;  // the value is in the 64-bit extra field
constexpr std::uint64_t kExtra64 = 1;

Status corrupt(const std::string& what) {
  return Status(Code::kCorrupt, "the zip archive " + what);
}

// Little endian; the caller has checked that the bytes are there.
std::uint64_t number(std::string_view bytes, std::size_t at, int width) {
  std::uint64_t value = 0;
  for (int i = width - 1; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

// `count` bytes at `at`, or nothing where the file has fewer.
std::optional<std::string_view> slice(std::string_view file, std::uint64_t at, std::uint64_t count) {
  if (at > file.size() || count > file.size() - at) return std::nullopt;
  return file.substr(at, count);
}

// A record of `bytes` bytes that begins with `magic`.
std::optional<std::string_view> record(std::string_view file, std::uint64_t at, std::size_t bytes,
                                       std::string_view magic) {
  const auto found = slice(file, at, bytes);
  return found && found->starts_with(magic) ? found : std::nullopt;
}

struct Directory {
  std::uint64_t begin = 0;
  std::uint64_t entries = 0;
};

Result<Directory> find_directory(std::string_view file) {
  constexpr std::size_t kMostComment = 0xffff;
  const std::size_t from = file.size() - std::min(file.size(), kEndBytes + kMostComment);
  const std::size_t at = file.substr(from).rfind(kEnd);
  const auto end = at == std::string_view::npos ? std::nullopt : slice(file, from + at, kEndBytes);
  if (!end) return corrupt("has no directory (is the file cut short?)");
  if (from + at >= kLocator64Bytes) {
    if (const auto locator = record(file, from + at - kLocator64Bytes, kLocator64Bytes, kLocator64)) {
      const auto end64 = record(file, number(*locator, 8, 8), kEnd64Bytes, kEnd64);
      if (!end64) return corrupt("has a damaged directory");
      return Directory{number(*end64, 48, 8), number(*end64, 32, 8)};
    }
  }
  return Directory{number(*end, 16, 4), number(*end, 10, 2)};
}

struct Entry {
  std::string_view name;
  std::uint64_t size = 0;
  std::uint64_t local = 0;  // where its local header is
  std::uint64_t next = 0;   // where the next entry is
};

// Replaces, in the order of the format, what the 32-bit fields could not hold.
bool widen(std::string_view extra, std::uint64_t& size, std::uint64_t& stored, std::uint64_t& local) {
  while (extra.size() >= 4) {
    const std::uint64_t kind = number(extra, 0, 2), length = number(extra, 2, 2);
    if (length > extra.size() - 4) return false;
    std::string_view body = extra.substr(4, length);
    extra.remove_prefix(4 + length);
    if (kind != kExtra64) continue;
    for (std::uint64_t* field : {&size, &stored, &local}) {
      if (*field != kElsewhere) continue;
      if (body.size() < 8) return false;
      *field = number(body, 0, 8);
      body.remove_prefix(8);
    }
    return true;
  }
  return size != kElsewhere && stored != kElsewhere && local != kElsewhere;
}

Result<Entry> read_entry(std::string_view file, std::uint64_t at) {
  const auto header = record(file, at, kEntryBytes, kEntry);
  if (!header) return corrupt("has a damaged directory");
  const std::uint64_t flags = number(*header, 8, 2), method = number(*header, 10, 2);
  std::uint64_t stored = number(*header, 20, 4), size = number(*header, 24, 4), local = number(*header, 42, 4);
  const std::uint64_t name = number(*header, 28, 2), extra = number(*header, 30, 2), comment = number(*header, 32, 2);
  const auto tail = slice(file, at + kEntryBytes, name + extra + comment);
  if (!tail || !widen(tail->substr(name, extra), size, stored, local)) return corrupt("has a damaged directory");
  const Entry entry{tail->substr(0, name), size, local, at + kEntryBytes + name + extra + comment};
  if ((flags & 1) != 0 || method != 0 || stored != size) {
    return corrupt("holds a packed or encrypted entry, which torch.save does not write");
  }
  return entry;
}

Result<std::string_view> contents(std::string_view file, const Entry& entry) {
  const auto header = record(file, entry.local, kLocalBytes, kLocal);
  if (!header) return corrupt("has a damaged entry");
  const std::uint64_t begin = entry.local + kLocalBytes + number(*header, 26, 2) + number(*header, 28, 2);
  const auto bytes = slice(file, begin, entry.size);
  if (!bytes) return corrupt("has an entry that reaches beyond its end (is the file cut short?)");
  return *bytes;
}

}  // namespace

Result<std::map<std::string, std::string_view>> zip_entries(std::string_view file) {
  TROUPE_ASSIGN_OR_RETURN(const Directory directory, find_directory(file));
  if (directory.entries > limits::kMaxZipEntries) {
    return Status(Code::kTooLarge, "the zip archive claims " + std::to_string(directory.entries) + " entries");
  }
  std::map<std::string, std::string_view> entries;
  std::uint64_t at = directory.begin;
  for (std::uint64_t i = 0; i < directory.entries; ++i) {
    TROUPE_ASSIGN_OR_RETURN(const Entry entry, read_entry(file, at));
    TROUPE_ASSIGN_OR_RETURN(const std::string_view bytes, contents(file, entry));
    if (!entries.emplace(entry.name, bytes).second) return corrupt("holds an entry twice");
    at = entry.next;
  }
  return entries;
}

}  // namespace troupe::diffusion
