#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <thread>
#include <zmq.hpp>

#include "common/base/descriptor.h"
#include "common/base/files.h"
#include "coordinator/store/sqlite.h"
#include "tests/bench/floors.h"
#include "tests/bench/machine.h"

namespace troupe::bench {
namespace {

constexpr std::size_t kPage = 4096;
constexpr off_t kFileBytes = 16 << 20;

// A file whose blocks are there, so that a sync writes data and no sizes.
class SyncedFile {
 public:
  static Result<SyncedFile> make(const std::string& folder) {
    const std::string path = folder + "/sync.floor";
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file.valid()) return errno_status("create", path, errno);
    ::unlink(path.c_str());
    const std::string zeros(kFileBytes, '\0');
    if (::pwrite(file.get(), zeros.data(), zeros.size(), 0) != kFileBytes) return errno_status("fill", path, errno);
    if (::fsync(file.get()) != 0) return errno_status("sync", path, errno);
    return SyncedFile(std::move(file));
  }
  Status write() {
    at_ = (at_ + static_cast<off_t>(kPage)) % kFileBytes;
    const std::string page(kPage, 'x');
    if (::pwrite(file_.get(), page.data(), page.size(), at_) < 0) return errno_status("write", "a page", errno);
    return ::fdatasync(file_.get()) == 0 ? Status() : errno_status("sync", "a page", errno);
  }

 private:
  explicit SyncedFile(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
  off_t at_ = 0;
};

}  // namespace

Result<SyncFloor> sync_floor(const std::string& folder, double seconds) {
  TROUPE_ASSIGN_OR_RETURN(SyncedFile file, SyncedFile::make(folder));
  std::vector<double> took;
  const Stopwatch all;
  while (all.seconds() < seconds) {
    const Stopwatch one;
    TROUPE_RETURN_IF_ERROR(file.write());
    took.push_back(one.seconds());
  }
  return SyncFloor{static_cast<double>(took.size()) / all.seconds(), {quantile(took, 0.5), quantile(took, 0.99)}};
}

Result<double> sqlite_floor(const std::string& folder, std::size_t rows, std::size_t bytes, double seconds) {
  const std::string path = folder + "/floor.db";
  TROUPE_ASSIGN_OR_RETURN(store::Database database, store::Database::open(path, store::Database::Mode::kReadWrite));
  TROUPE_RETURN_IF_ERROR(database.ask("PRAGMA journal_mode = WAL").status());
  TROUPE_RETURN_IF_ERROR(database.run("PRAGMA synchronous = FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, body BLOB)"));
  const std::string body(bytes, 'b');
  store::Statement insert(database, "INSERT INTO t (body) VALUES (?1)");
  std::uint64_t inserted = 0;
  const Stopwatch watch;
  while (watch.seconds() < seconds) {
    store::Transaction transaction(database);
    TROUPE_RETURN_IF_ERROR(transaction.status());
    for (std::size_t i = 0; i < rows; ++i) TROUPE_RETURN_IF_ERROR(insert.run(store::Blob{body}));
    TROUPE_RETURN_IF_ERROR(transaction.commit());
    inserted += rows;
  }
  const double rate = static_cast<double>(inserted) / watch.seconds();
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
  return rate;
}

Result<std::vector<double>> chain_floor(const std::string& folder, int hops, int syncs, double seconds) {
  TROUPE_ASSIGN_OR_RETURN(SyncedFile file, SyncedFile::make(folder));
  try {
    zmq::context_t ours(1), theirs(1);
    zmq::socket_t near(ours, zmq::socket_type::dealer), far(theirs, zmq::socket_type::dealer);
    near.bind("tcp://127.0.0.1:0");
    far.connect(near.get(zmq::sockopt::last_endpoint));
    std::thread echo([&] {
      for (zmq::message_t message; far.recv(message) && message.size() > 0;) far.send(message, zmq::send_flags::none);
    });
    std::vector<double> took;
    Status status;
    const std::string word(64, 'w');
    for (const Stopwatch all; all.seconds() < seconds && status.ok();) {
      const Stopwatch one;
      zmq::message_t message;
      for (int hop = 0; hop < hops; hop += 2) {
        near.send(zmq::buffer(word), zmq::send_flags::none);
        (void)near.recv(message);
      }
      for (int i = 0; i < syncs && status.ok(); ++i) status = file.write();
      took.push_back(one.seconds());
    }
    near.send(zmq::message_t(), zmq::send_flags::none);
    echo.join();
    TROUPE_RETURN_IF_ERROR(status);
    return took;
  } catch (const zmq::error_t& error) {
    return Status(Code::kInternal, std::string("the chain's floor: ") + error.what());
  }
}

}  // namespace troupe::bench
