// troupe worker list, info, drain, undrain, cordon, uncordon.
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
  for (const char* key : {"worker", "host", "version", "state", "quarantine", "trouble", "pool"}) {
    output.field(key, cell_text(answer->value(key, json())));
  }
  output.field("jobs done", cell_text(answer->at("jobs_done")));
  output.field("jobs failed", cell_text(answer->at("jobs_failed")));
  if (answer->value("divergences", 0) > 0) {
    output.field("divergences", cell_text(answer->at("divergences")) + "; see troupe events");
  }
  for (const json& slot : answer->at("slots")) {
    output.field("slot", cell_text(slot.at("device")) + ", " + cell_text(slot.at("name")) + ", " +
                             bytes_text(slot.at("memory_bytes").get<double>()));
  }
  for (const json& pack : answer->at("packs")) {
    output.field("pack", cell_text(pack.at("name")) + " " + cell_text(pack.at("digest")).substr(0, 12));
  }
  for (const json& job : answer->at("jobs")) {
    output.field("job",
                 cell_text(job.at("campaign")) + " " + cell_text(job.at("index")) + " " + cell_text(job.at("state")) +
                     (job.at("stage").is_null() ? ""
                                                : " " + cell_text(job.at("stage")) + " " + cell_text(job.at("step")) +
                                                      "/" + cell_text(job.at("steps"))));
  }
  return kExitDone;
}

struct Order {
  wire::WorkerOrder order;
  const char* name;
  const char* help;
};

constexpr Order kOrders[] = {
    {wire::WorkerOrder::kDrain, "drain", "Let it finish what runs, hand the rest back and get nothing new"},
    {wire::WorkerOrder::kUndrain, "undrain", "Give a drained worker work again"},
    {wire::WorkerOrder::kCordon, "cordon", "Give it nothing new; it keeps what it has"},
    {wire::WorkerOrder::kUncordon, "uncordon", "Give a cordoned worker work again"}};

std::string in_words(wire::WorkerOrder order, const std::string& name) {
  switch (order) {
    case wire::WorkerOrder::kDrain:
      return name + " finishes what runs and takes nothing new; to take that back: troupe worker undrain " + name;
    case wire::WorkerOrder::kCordon:
      return name + " keeps what it has and gets nothing new; to take that back: troupe worker uncordon " + name;
    case wire::WorkerOrder::kUndrain:
    case wire::WorkerOrder::kUncordon: return name + " takes work again";
  }
  return name;
}

int tell(Connection& connection, const Output& output, const std::string& name, wire::WorkerOrder order) {
  const auto answer = connection.ask(wire::WorkerVerb{name, order});
  if (!answer.ok()) return output.error(answer.status());
  output.json(*answer);
  output.quiet(name);
  output.text(in_words(order, name));
  return kExitDone;
}

}  // namespace

void add_worker(CLI::App& app, Context& context) {
  CLI::App* worker = app.add_subcommand("worker", "List, inspect, drain and cordon workers");
  worker->require_subcommand(1);
  worker->fallthrough();
  on(worker->add_subcommand("list", "All workers"), context, [&context](const Output& output) {
    return with_connection(context, output, [&](Connection& connection) { return list(connection, output); });
  });
  const auto about = std::make_shared<std::string>();
  CLI::App* one = worker->add_subcommand("info", "One worker: slots, packs, what it holds");
  one->add_option("worker", *about, "its name")->required();
  on(one, context, [&context, about](const Output& output) {
    return with_connection(context, output, [&](Connection& connection) { return info(connection, output, *about); });
  });
  for (const Order& order : kOrders) {
    const auto name = std::make_shared<std::string>();
    const auto off = std::make_shared<bool>(false);
    CLI::App* command = worker->add_subcommand(order.name, order.help);
    command->add_option("worker", *name, "its name")->required();
    if (order.order == wire::WorkerOrder::kDrain)
      command->add_flag("--off", *off, "give it work again, as undrain does");
    on(command, context, [&context, name, off, what = order.order](const Output& output) {
      return with_connection(context, output, [&](Connection& connection) {
        return tell(connection, output, *name, *off ? wire::WorkerOrder::kUndrain : what);
      });
    });
  }
}

}  // namespace troupe::cli
