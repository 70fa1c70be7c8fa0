// A real coordinator process in a state folder of its own, with what a benchmark asks of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "common/base/status.h"
#include "common/wire/client.h"
#include "common/wire/server_file.h"
#include "common/wire/socket.h"
#include "tests/bench/figure.h"
#include "tests/support/process.h"
#include "tests/support/temp_folder.h"

namespace troupe::bench {

class Farm {
 public:
  // Starts `troupe server start` and waits until it listens. `settings` are lines of a coordinator.yaml.
  static Result<std::unique_ptr<Farm>> start(const Options& options, bool curve, const std::string& settings = "");
  ~Farm();

  // A campaign of so many cells, one axis; its label.
  Result<std::string> submit(const std::string& name, std::uint64_t cells, int priority = 0);
  // Rendered, whatever came before it.
  Result<std::string> submit_json(const std::string& manifest_json, const std::string& key);
  // The coordinator's answer to a request of the CLI.
  Result<std::string> ask(decltype(wire::ClientRequest::body) body);
  // An artifact that every result of a benchmark names: uploaded once.
  Status put_picture(const std::string& bytes);

  // How a worker connects.
  Result<wire::DealerOptions> worker_side() const;

  pid_t pid() const { return process_->pid(); }
  std::string state() const { return folder_ / "state"; }
  // Bytes of the database with its log.
  std::uint64_t store_bytes() const;
  wire::Context& context() { return *context_; }
  // Ends the process (with SIGKILL, or cleanly) and starts one on the same state and ports.
  Status restart(bool kill);
  Status stop(bool kill);
  // Until it listens.
  Status begin();
  // What the coordinator printed.
  std::string log() const { return process_ ? process_->err() : ""; }

 private:
  Farm(const Options& options, bool curve) : folder_(options.folder), program_(options.program), curve_(curve) {}

  testing::TempFolder folder_;
  std::string program_;
  bool curve_;
  int port_ = 0;
  std::optional<testing::Process> process_;
  wire::ServerFile file_;
  std::optional<wire::Context> context_;
  std::unique_ptr<wire::Client> client_;
};

}  // namespace troupe::bench
