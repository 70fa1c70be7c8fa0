// The CLI's connection to a coordinator: requests and their replies, one after the other.
//
// A request is sent again after a silence, which is harmless since requests may be repeated; so a coordinator that was
// restarted in between is just slow. A restarted one may listen elsewhere: the target is looked up again each time.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "common/wire/client_messages.h"
#include "common/wire/context.h"
#include "common/wire/server_file.h"
#include "common/wire/socket.h"

namespace troupe::wire {

struct Target {
  std::string client_endpoint;
  std::string blob_endpoint;         // empty when only the client's endpoint is known
  std::optional<ClientCurve> curve;  // none: plain
};

// Where the coordinator is. `server` is a server.json, a folder that holds one, or the client endpoint
// ("tcp://HOST:PORT") of a coordinator that talks plain; empty takes $TROUPE_SERVER, else server.json in the default
// state folder. kUnavailable when there is no coordinator there, saying how to start one.
Result<Target> find_server(const std::string& server);
Result<Target> target_of(const ServerFile& file);

struct ClientOptions {
  std::function<Result<Target>()> locate;   // find_server of something, asked again after each silence
  Millis first_contact{5000};               // until the first answer of all: kUnavailable
  Millis resend{2000};                      // a silence after which the request is sent again
  Millis reconnect{600'000};                // a silence, once in contact, that ends a request: kUnavailable
  const std::atomic<bool>* stop = nullptr;  // ends a request when it becomes true: kCancelled
  std::function<void(Millis)> on_silence = [](Millis) {};  // how long it has lasted; once each resend
};

class Client {
 public:
  // Sends nothing yet; what is wrong with the target is known only by the first request.
  static Result<std::unique_ptr<Client>> connect(Context& context, ClientOptions options);

  // The answer of a request, or its error. `timeout` is for the whole of it; without one it may take as long as
  // `reconnect` says. results() is for ResultList alone, json() for all others.
  using Body = decltype(ClientRequest::body);
  Result<std::string> json(Body body, std::optional<Millis> timeout = std::nullopt);
  Result<ResultPage> results(const ResultList& list, std::optional<Millis> timeout = std::nullopt);

  // As last looked up: for a blob connection beside this one.
  const Target& target() const { return target_; }
  Context& context() { return context_; }

 private:
  Client(Context& context, ClientOptions options, Target target, Socket socket);
  Result<ClientReply> request(Body body, std::optional<Millis> timeout);
  // Looks the coordinator up again, and connects anew when it has moved.
  void follow();
  // True when the reply to request `id` came before `until`.
  Result<bool> await(std::uint64_t id, Instant until, ClientReply& reply);
  Status silence(Millis lasted, bool timed_out) const;

  Context& context_;
  ClientOptions options_;
  Target target_;
  Socket socket_;
  SystemClock clock_;
  std::uint64_t next_id_;
  bool in_contact_ = false;
};

}  // namespace troupe::wire
