#include "tests/coordinator/store/recording_disk.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <optional>

namespace troupe::store {
namespace {

std::string name_of(const char* path) {
  const std::string whole(path);
  return whole.substr(whole.rfind('/') + 1);
}

}  // namespace

// What SQLite allocates for an open file: this, and behind it the real one.
struct RecordingDisk::File {
  sqlite3_file base;
  RecordingDisk* disk;
  std::string* name;  // nullptr for files that a crash takes anyway
  bool syncs_folder;  // its first sync makes its name durable
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

struct RecordingDisk::Methods {
  static File& file(sqlite3_file* handle) { return *reinterpret_cast<File*>(handle); }
  static const sqlite3_io_methods& below(sqlite3_file* handle) { return *file(handle).real()->pMethods; }
  static void record(sqlite3_file* handle, DiskOp::Kind kind, std::uint64_t offset = 0, std::string bytes = {}) {
    if (file(handle).name) file(handle).disk->add({kind, *file(handle).name, offset, std::move(bytes)});
  }

  static int close(sqlite3_file* handle) {
    const int code = below(handle).xClose(file(handle).real());
    delete file(handle).name;
    return code;
  }
  static int read(sqlite3_file* handle, void* to, int bytes, sqlite3_int64 offset) {
    return below(handle).xRead(file(handle).real(), to, bytes, offset);
  }
  static int write(sqlite3_file* handle, const void* from, int bytes, sqlite3_int64 offset) {
    record(handle, DiskOp::Kind::kWrite, static_cast<std::uint64_t>(offset),
           std::string(static_cast<const char*>(from), static_cast<std::size_t>(bytes)));
    return below(handle).xWrite(file(handle).real(), from, bytes, offset);
  }
  static int truncate(sqlite3_file* handle, sqlite3_int64 size) {
    record(handle, DiskOp::Kind::kTruncate, static_cast<std::uint64_t>(size));
    return below(handle).xTruncate(file(handle).real(), size);
  }
  static int sync(sqlite3_file* handle, int flags) {
    const std::uint64_t begun = file(handle).disk->count();
    const int code = below(handle).xSync(file(handle).real(), flags);
    record(handle, DiskOp::Kind::kSync, begun);
    if (file(handle).syncs_folder) record(handle, DiskOp::Kind::kSyncFolder);
    file(handle).syncs_folder = false;
    return code;
  }
  static int size(sqlite3_file* handle, sqlite3_int64* size) {
    return below(handle).xFileSize(file(handle).real(), size);
  }
  static int lock(sqlite3_file* handle, int level) { return below(handle).xLock(file(handle).real(), level); }
  static int unlock(sqlite3_file* handle, int level) { return below(handle).xUnlock(file(handle).real(), level); }
  static int reserved(sqlite3_file* handle, int* out) {
    return below(handle).xCheckReservedLock(file(handle).real(), out);
  }
  static int control(sqlite3_file* handle, int op, void* argument) {
    return below(handle).xFileControl(file(handle).real(), op, argument);
  }
  static int sector(sqlite3_file* handle) { return below(handle).xSectorSize(file(handle).real()); }
  static int traits(sqlite3_file* handle) { return below(handle).xDeviceCharacteristics(file(handle).real()); }
  static int shm_map(sqlite3_file* handle, int page, int bytes, int extend, void volatile** out) {
    return below(handle).xShmMap(file(handle).real(), page, bytes, extend, out);
  }
  static int shm_lock(sqlite3_file* handle, int offset, int count, int flags) {
    return below(handle).xShmLock(file(handle).real(), offset, count, flags);
  }
  static void shm_barrier(sqlite3_file* handle) { below(handle).xShmBarrier(file(handle).real()); }
  static int shm_unmap(sqlite3_file* handle, int remove) {
    return below(handle).xShmUnmap(file(handle).real(), remove);
  }

  // Version 2: without memory-mapped reads, so that all goes through here.
  static constexpr sqlite3_io_methods kTable = {2,        close,       read,      write,   truncate, sync,   size,
                                                lock,     unlock,      reserved,  control, sector,   traits, shm_map,
                                                shm_lock, shm_barrier, shm_unmap, nullptr, nullptr};

  static RecordingDisk& disk(sqlite3_vfs* vfs) { return *static_cast<RecordingDisk*>(vfs->pAppData); }

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* handle, int flags, int* out) {
    RecordingDisk& self = disk(vfs);
    File& opened = file(handle);
    std::memset(&opened, 0, sizeof(File));
    int is_there = 0;
    if (path) self.below_->xAccess(self.below_, path, SQLITE_ACCESS_EXISTS, &is_there);
    const int code = self.below_->xOpen(self.below_, path, opened.real(), flags, out);
    if (code != SQLITE_OK) return code;
    opened.base.pMethods = &kTable;
    opened.disk = &self;
    const bool is_journal = (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
    if (!path || (!is_journal && (flags & SQLITE_OPEN_MAIN_DB) == 0)) return code;
    opened.name = new std::string(name_of(path));
    if (is_there) return code;
    record(handle, DiskOp::Kind::kCreate);
    opened.syncs_folder = is_journal;
    return code;
  }

  static int remove(sqlite3_vfs* vfs, const char* path, int sync_folder) {
    RecordingDisk& self = disk(vfs);
    self.add({DiskOp::Kind::kRemove, name_of(path)});
    if (sync_folder) self.add({DiskOp::Kind::kSyncFolder, ""});
    return self.below_->xDelete(self.below_, path, sync_folder);
  }
  static int access(sqlite3_vfs* vfs, const char* path, int flags, int* out) {
    return disk(vfs).below_->xAccess(disk(vfs).below_, path, flags, out);
  }
  static int full_path(sqlite3_vfs* vfs, const char* path, int size, char* out) {
    return disk(vfs).below_->xFullPathname(disk(vfs).below_, path, size, out);
  }
};

void RecordingDisk::add(DiskOp op) {
  const std::lock_guard lock(mutex_);
  ops_.push_back(std::move(op));
}

std::uint64_t RecordingDisk::count() const {
  const std::lock_guard lock(mutex_);
  return ops_.size();
}

RecordingDisk::RecordingDisk() : below_(sqlite3_vfs_find(nullptr)), vfs_(*below_) {
  vfs_.szOsFile = static_cast<int>(sizeof(File)) + below_->szOsFile;
  vfs_.pNext = nullptr;
  vfs_.zName = "recording";
  vfs_.pAppData = this;
  vfs_.xOpen = Methods::open;
  vfs_.xDelete = Methods::remove;
  vfs_.xAccess = Methods::access;
  vfs_.xFullPathname = Methods::full_path;
  sqlite3_vfs_register(&vfs_, 1);
}

RecordingDisk::~RecordingDisk() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(below_, 1);
}

namespace {

constexpr std::size_t kSector = 512;

void put(std::string& content, std::size_t offset, std::string_view bytes) {
  if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size(), '\0');
  content.replace(offset, bytes.size(), bytes);
}

void apply(std::string& content, const DiskOp& op) {
  if (op.kind == DiskOp::Kind::kTruncate) {
    content.resize(op.offset, '\0');
  } else {
    put(content, op.offset, op.bytes);
  }
}

// Whole, not at all, or some of its sectors.
void apply_perhaps(std::string& content, const DiskOp& op, Random& random) {
  const std::uint64_t fate = random.below(3);
  if (fate == 0) return;
  if (fate == 1 || op.kind == DiskOp::Kind::kTruncate) return apply(content, op);
  for (std::size_t at = 0; at < op.bytes.size();) {
    const std::size_t end = std::min(op.bytes.size(), ((op.offset + at) / kSector + 1) * kSector - op.offset);
    if (random.chance(0.5)) put(content, op.offset + at, std::string_view(op.bytes).substr(at, end - at));
    at = end;
  }
}

struct Inode {
  std::string durable;
  std::vector<std::pair<const DiskOp*, std::uint64_t>> pending;  // with their numbers
};

using Names = std::map<std::string, std::shared_ptr<Inode>>;

class Platter {
 public:
  void take(const DiskOp& op, std::uint64_t number) {
    switch (op.kind) {
      case DiskOp::Kind::kCreate: return name(op.file, std::make_shared<Inode>());
      case DiskOp::Kind::kRemove: return name(op.file, nullptr);
      case DiskOp::Kind::kWrite:
      case DiskOp::Kind::kTruncate: inode(op.file).pending.push_back({&op, number}); return;
      case DiskOp::Kind::kSync: {
        Inode& synced = inode(op.file);
        const auto after = std::partition_point(synced.pending.begin(), synced.pending.end(),
                                                [&](const auto& written) { return written.second < op.offset; });
        for (auto written = synced.pending.begin(); written != after; ++written) apply(synced.durable, *written->first);
        synced.pending.erase(synced.pending.begin(), after);
        return;
      }
      case DiskOp::Kind::kSyncFolder:
        durable_ = now_;
        changes_.clear();
        return;
      case DiskOp::Kind::kMark: return;
    }
  }

  void cut_power(Random& random, const std::string& folder) {
    Names names = durable_;
    changes_.resize(random.below(changes_.size() + 1));
    for (const auto& [file, inode] : changes_) names[file] = inode;
    for (const auto& [file, inode] : names) {
      if (!inode) continue;
      std::string content = inode->durable;
      for (const auto& [op, number] : inode->pending) apply_perhaps(content, *op, random);
      std::ofstream(folder + "/" + file, std::ios::binary) << content;
    }
  }

 private:
  void name(const std::string& file, std::shared_ptr<Inode> inode) {
    now_[file] = inode;
    changes_.emplace_back(file, std::move(inode));
  }
  Inode& inode(const std::string& file) {
    if (!now_[file]) durable_[file] = now_[file] = std::make_shared<Inode>();
    return *now_[file];
  }

  Names now_, durable_;
  std::vector<std::pair<std::string, std::shared_ptr<Inode>>> changes_;  // of names, since the folder was synced
};

}  // namespace

void write_crash_image(const std::vector<DiskOp>& ops, std::size_t moment, Random& random, const std::string& folder) {
  Platter platter;
  for (std::size_t i = 0; i < moment; ++i) platter.take(ops[i], i);
  platter.cut_power(random, folder);
}

}  // namespace troupe::store
