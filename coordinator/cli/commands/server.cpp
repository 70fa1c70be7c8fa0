// troupe server start, info, stop.
#include "coordinator/server/server.h"

#include "common/base/log.h"
#include "coordinator/cli/context.h"

namespace troupe::cli {
namespace {

using nlohmann::json;

struct StartOptions {
  std::string config, host, advertise, log;
  int port = -1;
  bool insecure = false;
};

// The file's options, then what the command line says on top.
Result<server::ServerOptions> gather(const Context& context, const StartOptions& given) {
  server::ServerOptions options;
  if (!given.config.empty()) {
    TROUPE_ASSIGN_OR_RETURN(options, server::read_server_options(given.config));
  }
  if (!context.connection.state.empty()) options.state = context.connection.state;
  if (!given.host.empty()) options.host = given.host;
  if (!given.advertise.empty()) options.advertise = given.advertise;
  if (!given.log.empty()) options.log = given.log;
  if (given.port >= 0) options.port = given.port;
  options.insecure = options.insecure || given.insecure;
  TROUPE_RETURN_IF_ERROR(options.validate());
  return options;
}

int start(const Context& context, const Output& output, const StartOptions& given) {
  const auto options = gather(context, given);
  if (!options.ok()) return output.error(options.status());
  set_log_level(options->log);
  const Status status = server::run_server(*options);
  if (status.ok()) return kExitDone;
  const int code = output.error(status);
  // An address that cannot be is a matter of usage; whatever else keeps a coordinator from running is a failure.
  return code == kExitUsage ? code : kExitFailed;
}

int info(Connection& connection, const Output& output) {
  const auto answer = connection.ask(wire::ServerInfo{});
  if (!answer.ok()) return output.error(answer.status());
  output.json(*answer);
  output.quiet(cell_text(answer->at("endpoints").at("client")));
  for (const auto& [key, value] : answer->items()) {
    if (value.is_structured() || key == "schema") continue;
    output.text(key + std::string(key.size() < 18 ? 18 - key.size() : 1, ' ') + cell_text(value));
  }
  for (const auto& [name, endpoint] : answer->at("endpoints").items()) {
    output.text(name + " endpoint" + std::string(name.size() < 8 ? 9 - name.size() : 1, ' ') + cell_text(endpoint));
  }
  return kExitDone;
}

int stop(Connection& connection, const Output& output) {
  const auto answer = connection.ask(wire::ServerStop{});
  if (!answer.ok()) return output.error(answer.status());
  output.json(*answer);
  output.text("the coordinator (pid " + cell_text(answer->at("pid")) + ") is stopping; workers keep what they have");
  return kExitDone;
}

void add_start(CLI::App* server, Context& context) {
  const auto options = std::make_shared<StartOptions>();
  CLI::App* command = server->add_subcommand("start", "Run a coordinator until SIGTERM, Ctrl-C or troupe server stop");
  command->add_option("--config", options->config, "a configuration file: configs/coordinator.yaml shows all keys");
  command->add_option("--host", options->host, "the address to listen on (127.0.0.1)");
  command->add_option("--advertise", options->advertise, "what others are told to connect to");
  command
      ->add_option("--port", options->port,
                   "of workers; clients have the next, artifacts the one after; 0: free ones (7711)")
      ->check(CLI::Range(0, 65533));
  command->add_option("--log", options->log, "debug, info, warn, error or off (info)");
  command->add_flag("--insecure", options->insecure, "no keys: anybody who reaches the ports may do anything");
  on(command, context, [&context, options](const Output& output) { return start(context, output, *options); });
}

}  // namespace

void add_server(CLI::App& app, Context& context) {
  CLI::App* server = app.add_subcommand("server", "Run, inspect and stop the coordinator");
  server->require_subcommand(1);
  server->fallthrough();
  add_start(server, context);
  on(server->add_subcommand("info", "Where it listens, since when, how much it holds"), context,
     [&context](const Output& output) {
       return with_connection(context, output, [&](Connection& connection) { return info(connection, output); });
     });
  on(server->add_subcommand("stop", "Stop it; everything acknowledged is on disk"), context,
     [&context](const Output& output) {
       return with_connection(context, output, [&](Connection& connection) { return stop(connection, output); });
     });
}

}  // namespace troupe::cli
