// A command's line to the coordinator: requests answered with JSON, pages of results, and artifacts both ways.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/hash.h"
#include "common/base/status.h"
#include "common/wire/client_messages.h"

namespace troupe::cli {

struct ConnectionOptions {
  std::string server;          // server.json, or a folder that holds it; empty looks into the state folder
  std::string state;           // empty: TROUPE_SERVER, else the default state folder
  Millis first_contact{5000};  // how long to wait for a first answer before kUnavailable
};

class Connection {
 public:
  using Body = decltype(wire::ClientRequest::body);

  // Finds the coordinator; nothing is sent before the first request. kUnavailable when nothing says where it is, with
  // what to type next.
  static Result<std::unique_ptr<Connection>> open(const ConnectionOptions& options);
  ~Connection();

  // The reply's JSON document, or the error that the coordinator answered with. kUnavailable when nobody answered
  // within `patience` (of a first contact: within first_contact).
  Result<nlohmann::json> ask(Body body, Millis patience = Millis(30000));

  // All finished pictures of a campaign (or a slice of it), in the order of the index; stops at an error of `visit`.
  // kept: of a campaign with select, those that it keeps.
  using Visit = std::function<Status(const wire::PictureRow& row, const std::string& campaign)>;
  Status for_each_result(const std::string& campaign, const std::string& slice, bool kept, const Visit& visit);

  // Pictures of these cells, as far as they have one and lie in the slice.
  Status for_each_result_of(const std::vector<JobIndex>& cells, const std::string& campaign, const std::string& slice,
                            const Visit& visit);

  // An artifact's bytes, checked against its digest.
  Result<std::string> fetch(const Digest& digest);
  // Uploads bytes, or a file, unless the coordinator has them.
  Status upload_bytes(const Digest& digest, std::string_view bytes);
  Status upload(const Digest& digest, const std::string& path);

 private:
  struct State;
  explicit Connection(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace troupe::cli
