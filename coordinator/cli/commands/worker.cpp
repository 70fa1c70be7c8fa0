// troupe worker list, info, drain.
#include "coordinator/cli/context.h"

namespace troupe::cli {
namespace {

using nlohmann::json;

std::string joined(const json& values, const char* key = nullptr) {
  std::string text;
  for (const json& value : values) text += (text.empty() ? "" : ", ") + cell_text(key ? value.at(key) : value);
  return text.empty() ? "-" : text;
}

int list(Connection& connection, const Output& output) {
  const auto answer = connection.ask(wire::WorkerList{});
  if (!answer.ok()) return output.error(answer.status());
  output.json(*answer);
  std::vector<std::vector<std::string>> rows;
  for (const json& worker : answer->at("workers")) {
    rows.push_back({cell_text(worker.at("worker")), cell_text(worker.at("host")), cell_text(worker.at("state")),
                    joined(worker.at("slots"), "device"), joined(worker.at("packs"), "name"), joined(worker.at("tags")),
                    cell_text(worker.at("jobs").size()), cell_text(worker.at("jobs_done")),
                    cell_text(worker.at("jobs_failed")), duration_text(worker.at("heard_seconds_ago"))});
    output.quiet(rows.back().front());
  }
  output.text(
      rows.empty()
          ? "no workers: troupe-worker start, or troupe up"
          : table({"worker", "host", "state", "slots", "packs", "tags", "holding", "done", "failed", "heard"}, rows));
  return kExitDone;
}

int info(Connection& connection, const Output& output, const std::string& name) {
  const auto answer = connection.ask(wire::WorkerInfo{name});
  if (!answer.ok()) return output.error(answer.status());
  output.json(*answer);
  output.quiet(cell_text(answer->at("state")));
  for (const char* key : {"worker", "host", "version", "state", "trouble", "jobs_done", "jobs_failed"}) {
    output.text(std::string(key) + std::string(13 - std::string(key).size(), ' ') + cell_text(answer->at(key)));
  }
  for (const json& slot : answer->at("slots")) {
    output.text("slot         " + cell_text(slot.at("device")) + ", " + cell_text(slot.at("name")) + ", " +
                bytes_text(slot.at("memory_bytes").get<double>()));
  }
  for (const json& pack : answer->at("packs")) {
    output.text("pack         " + cell_text(pack.at("name")) + " " + cell_text(pack.at("digest")).substr(0, 12));
  }
  for (const json& job : answer->at("jobs")) {
    output.text("job          " + cell_text(job.at("campaign")) + " " + cell_text(job.at("index")) + " " +
                cell_text(job.at("state")) +
                (job.at("stage").is_null() ? ""
                                           : " " + cell_text(job.at("stage")) + " " + cell_text(job.at("step")) + "/" +
                                                 cell_text(job.at("steps"))));
  }
  return kExitDone;
}

int drain(Connection& connection, const Output& output, const std::string& name, bool off) {
  const auto answer = connection.ask(wire::WorkerVerb{name, off ? wire::WorkerOrder::kUndrain : wire::WorkerOrder::kDrain});
  if (!answer.ok()) return output.error(answer.status());
  output.json(*answer);
  output.quiet(name);
  output.text(off ? name + " takes work again"
                  : name + " finishes what runs and takes nothing new; to take that back: troupe worker drain --off " +
                        name);
  return kExitDone;
}

}  // namespace

void add_worker(CLI::App& app, Context& context) {
  CLI::App* worker = app.add_subcommand("worker", "List, inspect and drain workers");
  worker->require_subcommand(1);
  worker->fallthrough();
  on(worker->add_subcommand("list", "All workers"), context, [&context](const Output& output) {
    return with_connection(context, output, [&](Connection& connection) { return list(connection, output); });
  });
  struct Options {
    std::string name;
    bool off = false;
  };
  const auto about = std::make_shared<Options>();
  CLI::App* one = worker->add_subcommand("info", "One worker: slots, packs, what it holds");
  one->add_option("worker", about->name, "its name")->required();
  on(one, context, [&context, about](const Output& output) {
    return with_connection(context, output,
                           [&](Connection& connection) { return info(connection, output, about->name); });
  });
  const auto options = std::make_shared<Options>();
  CLI::App* command = worker->add_subcommand("drain", "Let it finish what runs and give it nothing new");
  command->add_option("worker", options->name, "its name")->required();
  command->add_flag("--off", options->off, "give it work again");
  on(command, context, [&context, options](const Output& output) {
    return with_connection(context, output, [&](Connection& connection) {
      return drain(connection, output, options->name, options->off);
    });
  });
}

}  // namespace troupe::cli
