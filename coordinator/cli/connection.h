// A command's line to the coordinator: requests answered with JSON, pages of results, and artifacts both ways.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/hash.h"
#include "common/base/status.h"
#include "troupe/v1/client.pb.h"

namespace troupe::cli {

struct ConnectionOptions {
  // server.json of the coordinator; empty looks at TROUPE_SERVER, then into the state folder.
  std::string server;
  std::string state;             // empty is the default state folder
  Millis first_contact{5000};    // how long to wait for a first answer before kUnavailable
};

class Connection {
 public:
  // Where the coordinator would be found; nothing is sent before the first request. kUnavailable when nothing says where
  // it is, with what to type next.
  static Result<std::unique_ptr<Connection>> open(const ConnectionOptions& options);
  ~Connection();

  // The reply's JSON document, or the error that the coordinator answered with. kUnavailable when nobody answered within
  // `wait` (first_contact for the first request).
  Result<nlohmann::json> ask(v1::ClientRequest request);
  Result<v1::ResultPage> page(v1::ClientRequest request);

  // All finished pictures of a campaign (or a slice of it), in the order of the index.
  Status for_each_result(const std::string& campaign, const std::string& slice,
                         const std::function<Status(const v1::ResultRow&, const std::string& campaign)>& visit);

  // An artifact's bytes, checked against its digest.
  Result<std::string> fetch(const Digest& digest);
  // Uploads a file unless the coordinator has it.
  Status upload(const Digest& digest, const std::string& path);

  // server.json, for messages.
  const std::string& where() const;

 private:
  struct State;
  explicit Connection(std::unique_ptr<State> state);
  Result<v1::ClientReply> call(v1::ClientRequest request);
  std::unique_ptr<State> state_;
};

}  // namespace troupe::cli
