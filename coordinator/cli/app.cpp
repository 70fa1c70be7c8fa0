#include "coordinator/cli/app.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "common/base/version.h"
#include "coordinator/cli/context.h"

namespace troupe::cli {
namespace {

constexpr char kFooter[] =
    "First steps:\n"
    "  troupe up                               a coordinator and local workers, until Ctrl-C\n"
    "  troupe plan campaign.yaml               what a manifest would render; needs no coordinator\n"
    "  troupe submit campaign.yaml --wait      render it\n"
    "  troupe results NAME --to pictures/      fetch the pictures\n"
    "\nExit codes: 0 done, 1 failed, 2 usage or manifest error, 3 no coordinator, 4 finished with failed jobs,\n"
    "5 cancelled, 6 timeout passed, 130 interrupted.";

void add_global_options(CLI::App& app, Context& context) {
  app.add_option("--server", context.connection.server, "server.json of the coordinator (or TROUPE_SERVER)")
      ->envname("TROUPE_SERVER");
  app.add_option("--state", context.connection.state, "state folder (or TROUPE_STATE; default ~/.local/state/troupe)")
      ->envname("TROUPE_STATE");
  const std::map<std::string, Format> formats = {
      {"table", Format::kTable}, {"json", Format::kJson}, {"quiet", Format::kQuiet}};
  app.add_option("--output,-o", context.format, "table, json or quiet (or TROUPE_OUTPUT)")
      ->envname("TROUPE_OUTPUT")
      ->transform(CLI::CheckedTransformer(formats, CLI::ignore_case).description("{table,json,quiet}"));
}

// Words that CLI11 could not place, as the errors of this program look.
int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return app.exit(error);
  const std::string text = error.what();
  const char* wanted = std::getenv("TROUPE_OUTPUT");
  const bool json = wanted && std::string(wanted) == "json";
  return Output(json ? Format::kJson : Format::kTable)
      .error(Status(Code::kInvalid,
                    text + "; see troupe " +
                        (app.get_subcommands().empty() ? "" : app.get_subcommands().front()->get_name() + " ") +
                        "--help"));
}

}  // namespace

int with_connection(const Context& context, const Output& output, const std::function<int(Connection&)>& use) {
  auto connection = Connection::open(context.connection);
  if (!connection.ok()) return output.error(connection.status());
  return use(**connection);
}

int run(int argc, const char* const* argv) {
  std::signal(SIGPIPE, SIG_IGN);
  Context context;
  CLI::App app("Troupe: a render farm for AI-influencer image campaigns", "troupe");
  app.set_version_flag("--version", std::string("troupe ") + kVersion);
  app.require_subcommand(1);
  app.fallthrough();  // global options may follow the command
  add_global_options(app, context);
  add_up(app, context);
  add_plan(app, context);
  add_submit(app, context);
  add_status(app, context);
  add_results(app, context);
  add_sheet(app, context);
  add_campaign(app, context);
  add_job(app, context);
  add_worker(app, context);
  add_events(app, context);
  add_store(app, context);
  add_server(app, context);
  app.footer(kFooter);  // last: commands would have it too
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error);
  }
  const Output output(context.format);
  try {
    return context.run(output);
  } catch (const nlohmann::json::exception& error) {
    // A coordinator of another version may leave out what this one prints.
    return output.error(
        Status(Code::kInternal, std::string("the coordinator's answer is not understood (") + error.what() + ")"));
  }
}

}  // namespace troupe::cli
