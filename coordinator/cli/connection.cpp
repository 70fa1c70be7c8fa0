#include "coordinator/cli/connection.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/base/limits.h"
#include "common/wire/blob/blob_client.h"
#include "common/wire/client.h"

namespace troupe::cli {
namespace {

constexpr Millis kBlobPatience{120'000};

}  // namespace

struct Connection::State {
  explicit State(wire::Context made) : context(std::move(made)) {}

  // The blob connection, made at its first use, and anew when the coordinator has moved.
  Result<wire::BlobClient*> blobs() {
    const wire::Target& target = client->target();
    if (blob && blob_endpoint == target.blob_endpoint) return &*blob;
    if (target.blob_endpoint.empty()) {
      return Status(Code::kInvalid, "pictures need the coordinator's server.json; --server names an endpoint only");
    }
    TROUPE_ASSIGN_OR_RETURN(wire::Socket socket,
                            wire::Socket::connect_dealer(context, {target.blob_endpoint, target.curve, {}}));
    blob.reset();
    blob.emplace(std::move(socket), wire::BlobClientOptions{});
    blob_endpoint = target.blob_endpoint;
    return &*blob;
  }

  wire::Context context;  // outlives the sockets below
  std::unique_ptr<wire::Client> client;
  std::optional<wire::BlobClient> blob;
  std::string blob_endpoint;
};

Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}
Connection::~Connection() = default;

Result<std::unique_ptr<Connection>> Connection::open(const ConnectionOptions& options) {
  TROUPE_ASSIGN_OR_RETURN(wire::Context context, wire::Context::open({}));
  auto state = std::make_unique<State>(std::move(context));
  const std::string where = options.server.empty() ? options.state : options.server;
  wire::ClientOptions client;
  client.locate = [where] { return wire::find_server(where); };
  client.first_contact = options.first_contact;
  client.resend = Millis(1000);
  TROUPE_ASSIGN_OR_RETURN(state->client, wire::Client::connect(state->context, std::move(client)));
  return std::unique_ptr<Connection>(new Connection(std::move(state)));
}

Result<nlohmann::json> Connection::ask(Body body, Millis patience) {
  auto text = state_->client->json(std::move(body), patience);
  if (!text.ok()) {
    const Status& status = text.status();
    return status.code() == Code::kTimeout ? Status(Code::kUnavailable, status.message()) : status;
  }
  nlohmann::json value = nlohmann::json::parse(*text, nullptr, false);
  if (value.is_discarded()) return Status(Code::kCorrupt, "the coordinator answered with something that is not JSON");
  return value;
}

Status Connection::for_each_result(const std::string& campaign, const std::string& slice, bool kept,
                                   const Visit& visit) {
  wire::ResultList query{campaign, slice, 0, static_cast<std::uint32_t>(limits::kMaxPageRows), kept};
  for (bool more = true; more;) {
    TROUPE_ASSIGN_OR_RETURN(const wire::ResultPage page, state_->client->results(query));
    query.campaign = page.campaign;  // stays with this revision when a newer one comes
    for (const wire::PictureRow& row : page.rows) TROUPE_RETURN_IF_ERROR(visit(row, page.campaign));
    more = page.more;
    query.after = page.next;
  }
  return {};
}

Status Connection::for_each_result_of(const std::vector<JobIndex>& cells, const std::string& campaign,
                                      const std::string& slice, const Visit& visit) {
  wire::ResultList query{campaign, slice};
  for (std::size_t at = 0; at < cells.size(); at += limits::kMaxPageRows) {
    const auto last = std::min(cells.size(), at + limits::kMaxPageRows);
    query.cells.assign(cells.begin() + static_cast<std::ptrdiff_t>(at),
                       cells.begin() + static_cast<std::ptrdiff_t>(last));
    // A page that would be too large for one message is cut short before a cell that it names.
    while (!query.cells.empty()) {
      TROUPE_ASSIGN_OR_RETURN(const wire::ResultPage page, state_->client->results(query));
      for (const wire::PictureRow& row : page.rows) TROUPE_RETURN_IF_ERROR(visit(row, page.campaign));
      const auto rest = page.more ? std::find(query.cells.begin(), query.cells.end(), page.next) : query.cells.end();
      query.cells.erase(query.cells.begin(), rest);
    }
  }
  return {};
}

Result<std::string> Connection::fetch(const Digest& digest) {
  TROUPE_ASSIGN_OR_RETURN(wire::BlobClient* const blobs, state_->blobs());
  return blobs->get(digest, kBlobPatience);
}

Status Connection::upload_bytes(const Digest& digest, std::string_view bytes) {
  TROUPE_ASSIGN_OR_RETURN(wire::BlobClient* const blobs, state_->blobs());
  TROUPE_ASSIGN_OR_RETURN(const auto missing, blobs->missing({&digest, 1}, kBlobPatience));
  return missing.empty() ? Status() : blobs->put(digest, bytes, kBlobPatience);
}

Status Connection::upload(const Digest& digest, const std::string& path) {
  TROUPE_ASSIGN_OR_RETURN(wire::BlobClient* const blobs, state_->blobs());
  TROUPE_ASSIGN_OR_RETURN(const auto missing, blobs->missing({&digest, 1}, kBlobPatience));
  return missing.empty() ? Status() : blobs->put_file(digest, path, kBlobPatience);
}

}  // namespace troupe::cli
