#include "common/wire/client.h"

#include <algorithm>
#include <cstdlib>

#include "common/base/files.h"

namespace troupe::wire {
namespace {

constexpr Millis kLook{100};  // how often `stop` is looked at
constexpr Millis kReconnectMost{1000};

DealerOptions dealer(const Target& target) {
  DealerOptions options{target.client_endpoint, target.curve, {}};
  options.reconnect_most = kReconnectMost;
  return options;
}

// Whether a connection to the one is as good as a connection to the other.
bool same(const Target& a, const Target& b) {
  if (a.client_endpoint != b.client_endpoint || a.blob_endpoint != b.blob_endpoint) return false;
  if (!a.curve || !b.curve) return !a.curve && !b.curve;
  return a.curve->server_key == b.curve->server_key && a.curve->keys.secret_key == b.curve->keys.secret_key;
}

}  // namespace

Result<Target> target_of(const ServerFile& file) {
  Target target{file.client_endpoint, file.blob_endpoint, std::nullopt};
  if (!file.server_key.empty()) {
    TROUPE_ASSIGN_OR_RETURN(KeyPair keys, load_keys(file.client_key_file));
    target.curve = ClientCurve{std::move(keys), file.server_key};
  }
  return target;
}

Result<Target> find_server(const std::string& server) {
  std::string place = server;
  if (const char* named = std::getenv("TROUPE_SERVER"); place.empty() && named) place = named;
  if (place.empty()) place = default_state_folder();
  if (place.find("://") != std::string::npos) return Target{place, "", std::nullopt};
  const auto file = read_server_file(place);
  if (file.ok()) return target_of(*file);
  if (file.status().code() != Code::kNotFound) return file.status();
  return Status(Code::kUnavailable, "no coordinator runs in " + place +
                                        ": start one with `troupe up` or `troupe server start`, or say where it is "
                                        "with --server or TROUPE_SERVER");
}

Result<std::unique_ptr<Client>> Client::connect(Context& context, ClientOptions options) {
  TROUPE_ASSIGN_OR_RETURN(Target target, options.locate());
  TROUPE_ASSIGN_OR_RETURN(Socket socket, Socket::connect_dealer(context, dealer(target)));
  return std::unique_ptr<Client>(new Client(context, std::move(options), std::move(target), std::move(socket)));
}

Client::Client(Context& context, ClientOptions options, Target target, Socket socket)
    : context_(context), options_(std::move(options)), target_(std::move(target)), socket_(std::move(socket)) {
  next_id_ = SystemRandom().next() >> 1;
}

Result<ClientReply> Client::request(Body body, std::optional<Millis> timeout) {
  const ClientRequest request{++next_id_, std::move(body)};
  const std::string bytes = encode(request);
  const Instant start = clock_.now();
  for (;;) {
    if (socket_.send(bytes) == Sent::kTooLarge) {
      return Status(Code::kTooLarge, "the request has " + std::to_string(bytes.size()) + " bytes, at most " +
                                         std::to_string(limits::kMaxMessageBytes) +
                                         " are taken: give axes as ranges, or cut the campaign in two");
    }
    const Millis most = in_contact_ ? timeout.value_or(options_.reconnect)
                                    : std::min(options_.first_contact, timeout.value_or(options_.first_contact));
    const Instant give_up = start + most;
    ClientReply reply;
    TROUPE_ASSIGN_OR_RETURN(const bool came,
                            await(request.id, std::min(clock_.now() + options_.resend, give_up), reply));
    if (came) {
      in_contact_ = true;
      if (!reply.status.ok()) return reply.status;
      return reply;
    }
    const Millis lasted = clock_.now() - start;
    if (clock_.now() >= give_up) return silence(lasted, timeout && lasted >= *timeout);
    options_.on_silence(lasted);
    follow();
  }
}

Result<std::string> Client::json(Body body, std::optional<Millis> timeout) {
  TROUPE_ASSIGN_OR_RETURN(ClientReply reply, request(std::move(body), timeout));
  return std::move(reply.json);
}

Result<ResultPage> Client::results(const ResultList& list, std::optional<Millis> timeout) {
  TROUPE_ASSIGN_OR_RETURN(ClientReply reply, request(list, timeout));
  if (!reply.page) return Status(Code::kInternal, "the coordinator answered with something else than pictures");
  return std::move(*reply.page);
}

void Client::follow() {
  auto target = options_.locate();
  if (!target.ok() || same(*target, target_)) return;
  auto socket = Socket::connect_dealer(context_, dealer(*target));
  if (!socket.ok()) return;
  target_ = std::move(*target);
  socket_ = std::move(*socket);
}

Result<bool> Client::await(std::uint64_t id, Instant until, ClientReply& reply) {
  for (;;) {
    if (options_.stop && *options_.stop) return Status(Code::kCancelled, "interrupted");
    if (socket_.was_refused()) {
      return Status(Code::kPermissionDenied, "the coordinator at " + target_.client_endpoint +
                                                 " does not know this key: use the server.json and the keys folder "
                                                 "that it wrote when it started");
    }
    const Millis left = until - clock_.now();
    if (left.count() <= 0) return false;
    Waitable items[] = {{socket_.handle()}};
    TROUPE_RETURN_IF_ERROR(wait_readable(items, std::min(left, kLook)));
    TROUPE_ASSIGN_OR_RETURN(const auto received, socket_.receive());
    if (!received || received->refused) continue;
    TROUPE_ASSIGN_OR_RETURN(reply, decode_reply(received->parts[0]));
    // Replies to earlier requests are late answers to something that was sent twice.
    if (reply.id == id) return true;
  }
}

Status Client::silence(Millis lasted, bool timed_out) const {
  const std::string seconds = std::to_string((lasted.count() + 500) / 1000) + " s";
  if (timed_out && in_contact_) return Status(Code::kTimeout, "no answer from the coordinator within " + seconds);
  std::string hint = in_contact_ ? "it may have stopped: see its log"
                                 : "is it running, and does it know this key? `troupe server info` asks it";
  return Status(Code::kUnavailable,
                "no answer from the coordinator at " + target_.client_endpoint + " for " + seconds + ": " + hint);
}

}  // namespace troupe::wire
