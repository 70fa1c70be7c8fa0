#include "worker/agent/shell/transfers.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "common/base/files.h"

namespace troupe::agent {
namespace {

constexpr Millis kTransferLimit{120'000};  // of one artifact; the session tries again

Status as_unavailable(const Status& status) {
  return status.code() == Code::kCancelled ? Status(Code::kUnavailable, "the transfer was cut short") : status;
}

}  // namespace

Result<std::unique_ptr<Transfers>> Transfers::start(wire::Context& context, const Outbox& outbox) {
  Descriptor wake(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!wake.valid()) return errno_status("open", "an eventfd", errno);
  std::unique_ptr<Transfers> transfers(new Transfers(context, outbox, std::move(wake)));
  transfers->thread_ = std::thread([raw = transfers.get()] { raw->work(); });
  return transfers;
}

Transfers::Transfers(wire::Context& context, const Outbox& outbox, Descriptor wake)
    : context_(context), outbox_(outbox), wake_(std::move(wake)) {}

Transfers::~Transfers() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    interrupt_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Transfers::set_server(const ServerAddress& address) {
  const std::lock_guard lock(mutex_);
  server_ = address;
  moved_ = true;
  interrupt_ = true;
}

void Transfers::upload(std::vector<Digest> digests) {
  order(Upload{std::move(digests)});
}
void Transfers::fetch(const Digest& digest) {
  order(Fetch{digest});
}

void Transfers::fetch_file(const Digest& digest, const std::string& path, std::uint64_t most) {
  order(FileFetch{digest, path, most});
}

void Transfers::order(Order order) {
  {
    const std::lock_guard lock(mutex_);
    orders_.push_back(std::move(order));
  }
  changed_.notify_all();
}

void Transfers::report(TransferEnded ended) {
  const std::lock_guard lock(mutex_);
  ended_.push_back(std::move(ended));
  ::eventfd_write(wake_.get(), 1);
}

std::vector<TransferEnded> Transfers::take() {
  const std::lock_guard lock(mutex_);
  eventfd_t count = 0;
  ::eventfd_read(wake_.get(), &count);
  return std::exchange(ended_, {});
}

void Transfers::work() {
  for (;;) {
    Order next;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopping_ || !orders_.empty(); });
      if (stopping_) return;
      next = std::move(orders_.front());
      orders_.pop_front();
    }
    std::visit([&](const auto& order) { perform(order); }, next);
  }
}

Status Transfers::connect() {
  std::optional<ServerAddress> address;
  {
    const std::lock_guard lock(mutex_);
    if (!server_) return Status(Code::kUnavailable, "no coordinator is known yet");
    if (client_ && !moved_) return {};
    address = server_;
    moved_ = false;
    interrupt_ = stopping_;
  }
  client_.reset();
  wire::DealerOptions options;
  options.endpoint = address->blob_endpoint;
  TROUPE_ASSIGN_OR_RETURN(options.curve, address->curve());
  TROUPE_ASSIGN_OR_RETURN(wire::Socket socket, wire::Socket::connect_dealer(context_, options));
  wire::BlobClientOptions blobs;
  blobs.stop = &interrupt_;
  client_.emplace(std::move(socket), blobs);
  return {};
}

void Transfers::perform(const Upload& upload) {
  Status status = connect();
  std::vector<Digest> missing;
  if (status.ok()) {
    auto asked = client_->missing(upload.digests, kTransferLimit);
    status = asked.status();
    if (asked.ok()) missing = std::move(asked).value();
  }
  if (!status.ok()) return report(UploadEnded{upload.digests, as_unavailable(status)});
  std::vector<Digest> there;
  std::copy_if(upload.digests.begin(), upload.digests.end(), std::back_inserter(there), [&](const Digest& digest) {
    return std::find(missing.begin(), missing.end(), digest) == missing.end();
  });
  if (!there.empty()) report(UploadEnded{std::move(there), Status()});
  for (const Digest& digest : missing) report(UploadEnded{{digest}, as_unavailable(put(digest))});
}

Status Transfers::put(const Digest& digest) {
  TROUPE_ASSIGN_OR_RETURN(const std::string bytes, outbox_.artifact(digest));
  return client_->put(digest, bytes, kTransferLimit);
}

void Transfers::perform(const Fetch& fetch) {
  if (const Status status = connect(); !status.ok()) return report(FetchEnded{fetch.digest, status});
  auto bytes = client_->get(fetch.digest, kTransferLimit, limits::kMaxManifestBytes);
  if (!bytes.ok()) return report(FetchEnded{fetch.digest, as_unavailable(bytes.status())});
  report(FetchEnded{fetch.digest, std::move(bytes)});
}

void Transfers::perform(const FileFetch& fetch) {
  Status status = connect();
  if (status.ok()) status = client_->get_file(fetch.digest, fetch.path, kTransferLimit, fetch.most);
  report(FileFetchEnded{fetch.digest, as_unavailable(status)});
}

}  // namespace troupe::agent
