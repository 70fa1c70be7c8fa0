#include "worker/engine/render_command.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <future>
#include <map>
#include <optional>

#include "common/base/files.h"
#include "common/manifest/pack_facts.h"

namespace troupe::engine {
namespace {

struct Options {
  ServeOptions engine;
  std::string pack;
  std::string manifest;
  std::string to;
  std::uint64_t jobs = 0;  // 0: all
  std::string part = "1/1";
  bool json = false;
};

struct Tally {
  std::uint64_t jobs = 0;
  std::uint64_t failed = 0;
  double wall_seconds = 0;
  std::map<std::string, double> stages;
  std::map<std::string, std::uint64_t> reused;  // jobs
};

double since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

struct Part {
  std::uint64_t number = 1;
  std::uint64_t of = 1;
};

Result<Part> parse_part(const std::string& text) {
  Part part;
  int used = 0;
  const int got = std::sscanf(text.c_str(), "%5lu/%5lu%n", &part.number, &part.of, &used);
  if (got != 2 || static_cast<std::size_t>(used) != text.size() || part.number < 1 || part.number > part.of) {
    return Status(Code::kInvalid, "--part takes K/N with 1 <= K <= N, not \"" + text + "\"");
  }
  return part;
}

Status write_picture(const std::string& folder, const std::string& path, const std::string& bytes) {
  const std::string target = folder + "/" + path;
  TROUPE_RETURN_IF_ERROR(make_folders(std::filesystem::path(target).parent_path().string()));
  return write_file_durably(target, bytes);
}

// "a/7.png" and "mask-cup" -> "a/7.mask-cup.png".
std::string path_beside(const std::string& path, const std::string& artifact) {
  const std::filesystem::path whole(path);
  return (whole.parent_path() / (whole.stem().string() + "." + artifact + whole.extension().string())).string();
}

// Renders jobs one after the other; the files of each are made and written while the next one is drawn.
class Rendering {
 public:
  Rendering(Renderer& renderer, const manifest::Manifest& manifest, const Options& options)
      : renderer_(renderer), manifest_(manifest), options_(options) {
    files_.pack_folder = options.pack;
    for (const auto& file : manifest.reference_files()) files_.references[file.digest] = file.path;
  }

  Status render(JobIndex index, Tally& tally) {
    TROUPE_ASSIGN_OR_RETURN(manifest::Job job, manifest::decode(manifest_, index));
    const std::string path = job.output_path;
    const std::string address = job.address;
    const std::string text = chain::to_json(chain::chain_job(manifest_, std::move(job)));
    auto drawn = renderer_.draw(text, files_, [](const std::string&, std::uint32_t, std::uint32_t) { return true; });
    TROUPE_RETURN_IF_ERROR(settle(tally));
    ++tally.jobs;
    if (const auto* failure = std::get_if<chain::Failure>(&drawn)) return fail(address, *failure, tally);
    under_way_ = std::async(std::launch::async,
                            [this, path, address, picture = std::get<chain::Drawn>(std::move(drawn))]() mutable {
                              return write(path, address, std::move(picture));
                            });
    return {};
  }
  // Waits for what is being written.
  Status settle(Tally& tally) {
    if (!under_way_.valid()) return {};
    Written written = under_way_.get();
    TROUPE_RETURN_IF_ERROR(written.status);
    if (written.failure) return fail(written.address, *written.failure, tally);
    for (const StageTiming& timing : written.timings) {
      tally.stages[timing.stage] += timing.seconds;
      if (timing.reused) ++tally.reused[timing.stage];
    }
    return {};
  }

 private:
  struct Written {
    std::string address;
    Status status = {};
    std::optional<chain::Failure> failure = {};
    std::vector<StageTiming> timings = {};
  };

  Written write(const std::string& path, const std::string& address, chain::Drawn drawn) const {
    Written written{address};
    auto rendered = renderer_.finish(std::move(drawn));
    if (const auto* failure = std::get_if<chain::Failure>(&rendered)) {
      written.failure = *failure;
      return written;
    }
    const auto& done = std::get<chain::Rendered>(rendered);
    written.timings = done.result.timings;
    for (std::size_t i = 0; i < done.files.size() && written.status.ok(); ++i) {
      const std::string name = i == 0 ? path : path_beside(path, done.result.artifacts[i].name);
      written.status = write_picture(options_.to, name, done.files[i]);
    }
    return written;
  }
  static Status fail(const std::string& address, const chain::Failure& failure, Tally& tally) {
    ++tally.failed;
    std::fprintf(stderr, "%s: %s\n", address.c_str(), failure.reason.c_str());
    return failure.exiting ? Status(Code::kInternal, "the engine cannot go on") : Status();
  }

  Renderer& renderer_;
  const manifest::Manifest& manifest_;
  const Options& options_;
  chain::JobFiles files_;
  std::future<Written> under_way_;
};

Result<manifest::Manifest> load(const Options& options) {
  TROUPE_ASSIGN_OR_RETURN(manifest::Manifest manifest, manifest::Manifest::load(options.manifest));
  TROUPE_ASSIGN_OR_RETURN(const auto facts, manifest::read_pack_facts(options.pack));
  TROUPE_RETURN_IF_ERROR(manifest::check_pack(manifest, facts));
  return manifest;
}

Status render_all(Renderer& renderer, const Options& options, const manifest::Manifest& manifest, const Part& part,
                  Tally& tally) {
  const manifest::Sweep& sweep = manifest.sweep();
  const auto begin = std::chrono::steady_clock::now();
  Rendering rendering(renderer, manifest, options);
  std::uint64_t cell = 0;
  for (Rank rank = 0; rank < sweep.positions() && (options.jobs == 0 || tally.jobs < options.jobs); ++rank) {
    const JobIndex index = sweep.index_at(rank);
    if (sweep.excluded(index) || cell++ % part.of != part.number - 1) continue;
    TROUPE_RETURN_IF_ERROR(rendering.render(index, tally));
  }
  TROUPE_RETURN_IF_ERROR(rendering.settle(tally));
  tally.wall_seconds = since(begin);
  return {};
}

void print(const Tally& tally, const Options& options, const Renderer& renderer) {
  const auto load = tally.stages.find("load");
  const double load_seconds = load == tally.stages.end() ? 0 : load->second;
  const double each = tally.jobs == 0 ? 0 : (tally.wall_seconds - load_seconds) / static_cast<double>(tally.jobs);
  if (!options.json) {
    std::printf("%lu pictures in %s, %lu failed: %.3f s each, %.1f s for loading models, %.1f s in all\n",
                tally.jobs - tally.failed, options.to.c_str(), tally.failed, each, load_seconds, tally.wall_seconds);
    return;
  }
  const nlohmann::ordered_json json{{"schema", 1},
                                    {"jobs", tally.jobs},
                                    {"failed", tally.failed},
                                    {"wall_seconds", tally.wall_seconds},
                                    {"load_seconds", load_seconds},
                                    {"seconds_per_job", each},
                                    {"stages", tally.stages},
                                    {"reused", tally.reused},
                                    {"numerics_class", renderer.device().numerics_class}};
  std::printf("%s\n", json.dump(2).c_str());
}

int fail(const Status& status, int code) {
  std::fprintf(stderr, "%s\n", status.to_string().c_str());
  return code;
}

int run(const Options& options, const RendererMaker& make_renderer) {
  const auto part = parse_part(options.part);
  if (!part.ok()) return fail(part.status(), 2);
  const auto manifest = load(options);
  if (!manifest.ok()) return fail(manifest.status(), 2);
  const auto renderer = make_renderer(options.engine);
  if (!renderer.ok()) return fail(renderer.status(), 1);
  use_stage_cache(**renderer, options.engine);
  Tally tally;
  if (const Status status = render_all(**renderer, options, *manifest, *part, tally); !status.ok()) {
    return fail(status, 1);
  }
  print(tally, options, **renderer);
  return tally.failed == 0 ? 0 : 1;
}

}  // namespace

int render_command(int argc, char** argv, const RendererMaker& make_renderer) {
  CLI::App app("Renders the jobs of a manifest on this machine, without a farm");
  Options options;
  CLI::App& render = *app.add_subcommand("render", "Render a manifest");
  render.add_option("--pack", options.pack, "The pack's folder")->required();
  render.add_option("--manifest", options.manifest, "The campaign")->required();
  render.add_option("--to", options.to, "Where pictures go")->required();
  render.add_option("--jobs", options.jobs, "Render only this many");
  render.add_option("--part", options.part, "K/N: every N-th job, from the K-th on");
  render.add_option("--device", options.engine.device, "cpu, cuda, cuda:1 or auto");
  render.add_option("--dtype", options.engine.dtype, "fp32, bf16, fp16 or auto");
  render.add_option("--threads", options.engine.threads, "Threads of the CPU; 0 takes all cores");
  render.add_option("--stage-cache", options.engine.stage_cache, "Folder of outputs of stages, to use again");
  render.add_flag("--json", options.json, "Print one JSON value");
  app.require_subcommand(1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return run(options, make_renderer);
}

}  // namespace troupe::engine
