#include "tests/support/fake_engine/fake_stages.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <thread>

#include "common/base/hash.h"

namespace troupe::testing {
namespace {

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

int number(const char* name, int otherwise) {
  const std::string text = setting(name);
  return text.empty() ? otherwise : std::atoi(text.c_str());
}

// "INDEX" or "*", perhaps with "@PATH".
bool applies(const char* name, JobIndex index) {
  const std::string text = setting(name);
  if (text.empty()) return false;
  const std::size_t at = text.find('@');
  const std::string which = text.substr(0, at);
  if (which != "*" && which != std::to_string(index)) return false;
  if (at == std::string::npos) return true;
  const int marker = ::open(text.substr(at + 1).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (marker < 0) return false;
  ::close(marker);
  return true;
}

Status misbehave(JobIndex index) {
  if (applies("TROUPE_FAKE_CRASH", index)) std::raise(SIGKILL);
  if (applies("TROUPE_FAKE_INPUT", index)) return Status(Code::kInvalid, "the fake engine does not like this input");
  if (applies("TROUPE_FAKE_MODEL", index))
    return Status(Code::kCorrupt, "unet/fake.safetensors: not a safetensors file");
  if (applies("TROUPE_FAKE_WORKER", index)) return Status(Code::kInternal, "the fake device failed");
  if (applies("TROUPE_FAKE_MEMORY", index)) throw std::bad_alloc();
  return {};
}

picture::Picture draw(const std::string& text, int width, int height) {
  const Digest colours = sha256(text);
  picture::Picture image = picture::make_picture({width, height}, 3, 0);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int stripe = (x * 8 / width + y * 8 / height) % 10;
      for (int c = 0; c < 3; ++c) image.at(x, y)[c] = colours.bytes[static_cast<std::size_t>(stripe * 3 + c)];
    }
  }
  return image;
}

class FakeGenerate final : public chain::Stage {
 public:
  explicit FakeGenerate(nlohmann::json parameters) : parameters_(std::move(parameters)) {}

  // The address decides the stripes, so it stands in for a model.
  Result<chain::StageInputs> inputs(const chain::StageContext& context) const override {
    chain::StageInputs inputs;
    inputs.files = {{"fake.safetensors", sha256(context.job.job.address)}};
    inputs.seeded = true;
    return inputs;
  }

  Status run(chain::StageContext& context, chain::Frame& frame) override {
    const JobIndex index = context.job.job.index;
    for (int i = 0; i < number("TROUPE_FAKE_LOG", 0); ++i) {
      std::fprintf(stderr, "job %llu line %d\n", static_cast<unsigned long long>(index), i);
    }
    const auto steps = static_cast<std::uint32_t>(number("TROUPE_FAKE_STEPS", 4));
    const std::chrono::milliseconds work(number("TROUPE_FAKE_MS", 0));
    const bool hangs = applies("TROUPE_FAKE_HANG", index);  // such a job is deaf to a cancel, too
    for (std::uint32_t step = 0; step <= steps; ++step) {
      const bool wanted = context.step("generate", step, steps);
      if (!wanted && !hangs) return Status(Code::kCancelled, "stopped between two steps");
      while (hangs && step == steps / 2) ::pause();
      if (step == steps / 2) TROUPE_RETURN_IF_ERROR(misbehave(index));
      if (step < steps) std::this_thread::sleep_for(work / steps);
    }
    return finish(context, frame);
  }

 private:
  // Reads the references as a real stage would.
  static Status look_at_references(const chain::StageContext& context, chain::Frame& frame) {
    for (const auto& [digest, path] : context.references) {
      TROUPE_ASSIGN_OR_RETURN(const Digest found, sha256_file(path));
      if (found != digest) return Status(Code::kCorrupt, path + " is not the reference that it should be");
      frame.metadata["stages"][context.stage]["references"].push_back(digest.hex());
    }
    return {};
  }

  Status finish(const chain::StageContext& context, chain::Frame& frame) const {
    TROUPE_RETURN_IF_ERROR(look_at_references(context, frame));
    int width = 64;
    int height = 64;
    if (const auto size = parameters_.find("size"); size != parameters_.end() && size->is_array()) {
      width = size->at(0).get<int>();
      height = size->at(1).get<int>();
    }
    TROUPE_RETURN_IF_ERROR(picture::check_extent(width, height));
    frame.image = applies("TROUPE_FAKE_BLANK", context.job.job.index)
                      ? picture::make_picture({width, height}, 3, 128)
                      : draw(context.job.job.address + "#" + std::to_string(context.stage_seed), width, height);
    frame.info.prompt = parameters_.value("prompt", "");
    frame.info.negative = parameters_.value("negative", "");
    frame.info.steps = parameters_.value("steps", 0);
    frame.info.width = width;
    frame.info.height = height;
    frame.info.seed = context.stage_seed;
    frame.info.model = context.job.pack;
    return {};
  }

  nlohmann::json parameters_;
};

// Finds the left half of every picture.
class FakeSegment final : public chain::Stage {
 public:
  explicit FakeSegment(const nlohmann::json& parameters) : as_(parameters.value("as", "mask")) {}

  Result<chain::StageInputs> inputs(const chain::StageContext&) const override { return chain::StageInputs{}; }
  Status run(chain::StageContext& context, chain::Frame& frame) override {
    picture::Picture mask = picture::make_picture({frame.image.width, frame.image.height}, 1, 0);
    for (int y = 0; y < mask.height; ++y) std::fill_n(mask.at(0, y), mask.width / 2, std::uint8_t{255});
    frame.masks[as_] = std::move(mask);
    frame.metadata["stages"][context.stage] = {{"result", "found"}};
    return {};
  }

 private:
  std::string as_;
};

// Repeats every pixel.
class FakeUpscale final : public chain::Stage {
 public:
  explicit FakeUpscale(const nlohmann::json& parameters) : factor_(parameters.value("factor", 2)) {}

  Result<chain::StageInputs> inputs(const chain::StageContext&) const override { return chain::StageInputs{}; }
  Status run(chain::StageContext&, chain::Frame& frame) override {
    TROUPE_RETURN_IF_ERROR(picture::check_extent(frame.image.width * factor_, frame.image.height * factor_));
    frame.image = enlarged(frame.image);
    for (auto& [name, mask] : frame.masks) mask = enlarged(mask);
    return {};
  }

 private:
  picture::Picture enlarged(const picture::Picture& small) const {
    picture::Picture large = picture::make_picture({small.width * factor_, small.height * factor_}, small.channels, 0);
    for (int y = 0; y < large.height; ++y) {
      for (int x = 0; x < large.width; ++x) {
        std::copy_n(small.at(x / factor_, y / factor_), small.channels, large.at(x, y));
      }
    }
    return large;
  }

  int factor_;
};

class FakeStages final : public chain::StageMaker {
 public:
  std::vector<std::string> kinds() const override { return {"generate", "segment", "upscale"}; }
  Result<std::unique_ptr<chain::Stage>> make(const manifest::StageJob& stage) override {
    if (stage.kind == "segment") return make_stage<FakeSegment>(stage);
    if (stage.kind == "upscale") return make_stage<FakeUpscale>(stage);
    return make_stage<FakeGenerate>(stage);
  }

 private:
  template <typename Kind>
  static std::unique_ptr<chain::Stage> make_stage(const manifest::StageJob& stage) {
    return std::make_unique<Kind>(stage.parameters);
  }
};

}  // namespace

std::unique_ptr<chain::StageMaker> make_fake_stages() {
  return std::make_unique<FakeStages>();
}

}  // namespace troupe::testing
