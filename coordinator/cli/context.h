// What every command gets: the global options and the way to print. A command is a function that registers itself with
// CLI11 and leaves its exit code here.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "coordinator/cli/connection.h"
#include "coordinator/cli/exit_codes.h"
#include "coordinator/cli/output.h"

namespace troupe::cli {

struct Context {
  ConnectionOptions connection;
  Format format = Format::kTable;
  std::function<int(const Output&)> run;  // set by the command that was typed
};

// Registers a callback: when `command` is typed, `run` is what happens.
inline void on(CLI::App* command, Context& context, std::function<int(const Output&)> run) {
  command->callback([&context, run = std::move(run)] { context.run = run; });
}

// Opens a connection, or prints why not; `use` gets it and returns the exit code.
int with_connection(const Context& context, const Output& output, const std::function<int(Connection&)>& use);

// One file each in commands/.
void add_up(CLI::App& app, Context& context);
void add_plan(CLI::App& app, Context& context);
void add_submit(CLI::App& app, Context& context);
void add_status(CLI::App& app, Context& context);
void add_results(CLI::App& app, Context& context);
void add_sheet(CLI::App& app, Context& context);
void add_campaign(CLI::App& app, Context& context);
void add_job(CLI::App& app, Context& context);
void add_worker(CLI::App& app, Context& context);
void add_events(CLI::App& app, Context& context);
void add_store(CLI::App& app, Context& context);
void add_server(CLI::App& app, Context& context);

}  // namespace troupe::cli
