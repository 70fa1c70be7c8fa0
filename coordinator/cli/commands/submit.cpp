// troupe submit MANIFEST [--wait] [--sample N]: uploads the references, hands the campaign to the coordinator.
#include <cstdio>

#include "common/base/limits.h"
#include "common/base/random.h"
#include "coordinator/cli/context.h"
#include "coordinator/cli/local_packs.h"
#include "coordinator/cli/wait.h"

namespace troupe::cli {
namespace {

// Bytes of a manifest that travel in the request itself; larger ones go ahead of it, as artifacts do.
constexpr std::size_t kMostInARequest = limits::kMaxMessageBytes / 2;

struct Options {
  std::string manifest;
  std::string key;
  std::uint64_t sample = 0;
  bool again = false;
  bool anew = false;
  bool wait = false;
  std::string timeout;
  std::string reconnect = "10m";
};

// A key of this very command, so that a request sent twice submits once.
std::string fresh_key() {
  SystemRandom random;
  char text[40];
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(random.next()),
                static_cast<unsigned long long>(random.next()));
  return text;
}

// What the coordinator took, and what to type next.
std::string in_words(const nlohmann::json& answer) {
  const std::string name = answer.at("campaign").get<std::string>();
  const auto cells = answer.at("cells").get<std::uint64_t>();
  const nlohmann::json held = answer.value("held", nlohmann::json());
  const std::uint64_t waits = held.is_number() ? held.get<std::uint64_t>() : 0;
  if (answer.value("existing", false)) {
    return name + " is this very manifest and is " + cell_text(answer.at("state")) + ", " +
           count_text(answer.at("done").get<std::uint64_t>()) + " of " + count_text(cells) +
           " pictures done: nothing new was submitted (--again makes a second campaign)";
  }
  if (waits > 0) {
    return name + ": a sample of " + count_text(cells - waits) + " of " + count_text(cells) +
           " pictures submitted; when it looks right, render the rest: troupe campaign release " + name;
  }
  return name + ": " + count_text(cells) + (cells == 1 ? " picture" : " pictures") + " submitted";
}

int submit(Connection& connection, const Output& output, const Options& options, const manifest::Manifest& manifest,
           WaitOptions wait) {
  if (const auto there = connection.ask(wire::ServerInfo{}); !there.ok()) return output.error(there.status());
  for (const auto& file : manifest.reference_files()) {
    const Status status = connection.upload(file.digest, file.path);
    if (!status.ok()) return output.error(status.with_context("cannot upload the reference " + file.path));
  }
  wire::Submit request{manifest.resolved(), options.key.empty() ? fresh_key() : options.key};
  request.sample = options.sample;
  request.again = options.again;
  request.anew = options.anew;
  if (request.manifest_json.size() > kMostInARequest) {
    const Status status = connection.upload_bytes(manifest.digest(), manifest.resolved());
    if (!status.ok()) return output.error(status.with_context("cannot upload the manifest"));
    request.spec = manifest.digest();
    request.manifest_json.clear();
  }
  const auto answer = connection.ask(std::move(request));
  if (!answer.ok()) {
    const Status& status = answer.status();
    // The coordinator knows the manifest's text, not its file.
    if (status.code() != Code::kInvalid || status.place()) return output.error(status);
    return output.error(Status(status.code(), status.message(), Place{options.manifest}));
  }
  wait.campaign = answer->at("campaign").get<std::string>();
  wait.in_contact = true;
  if (!options.wait) {
    output.json(*answer);
    output.quiet(wait.campaign);
    output.text(in_words(*answer));
    output.text("watch it: troupe status --follow, or troupe campaign wait " + wait.campaign);
    return kExitDone;
  }
  output.remark(in_words(*answer));
  return wait_and_report(connection, output, wait);
}

}  // namespace

void add_submit(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("submit", "Render a campaign");
  command->add_option("manifest", options->manifest, "the campaign's YAML file")->required();
  command->add_flag("--wait", options->wait, "show progress until it ends");
  command->add_option("--timeout", options->timeout, "with --wait: give up waiting after 90s, 10m, 2h");
  command->add_option("--reconnect", options->reconnect, "with --wait: how long the coordinator may be away (10m)");
  command->add_option("--key", options->key, "the same key submits once, however often it is used");
  command
      ->add_option("--sample", options->sample,
                   "render so many pictures, spread over all axes, and hold the rest until campaign release")
      ->check(CLI::Range(std::uint64_t{1}, limits::kMaxSample));
  command->add_flag("--again", options->again, "also when this very manifest is being rendered already");
  command->add_flag("--anew", options->anew, "take nothing over from earlier revisions: render every picture");
  on(command, context, [&context, options](const Output& output) {
    const auto wait = wait_options(options->timeout, options->reconnect);
    if (!wait.ok()) return output.error(wait.status());
    const auto manifest = load_manifest(options->manifest);
    if (!manifest.ok()) return output.error(manifest.status());
    return with_connection(context, output, [&](Connection& connection) {
      return submit(connection, output, *options, *manifest, *wait);
    });
  });
}

}  // namespace troupe::cli
