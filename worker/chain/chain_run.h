// One job from its JSON to a result with files, in two parts, so that they can overlap: draw_job (what the device does:
// the chain, the gates with their further seeds) and finish_job (what a core beside it does: PNGs, hashes, the cache).
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "common/domain/messages.h"
#include "worker/chain/chain.h"
#include "worker/chain/chain_job.h"
#include "worker/chain/face_scorer.h"
#include "worker/chain/fault.h"
#include "worker/chain/finish.h"
#include "worker/chain/packs.h"

namespace troupe::chain {

// What an engine has for all of its jobs.
struct ChainTools {
  StageMaker& stages;
  Packs& packs;
  std::string numerics_class;   // of the device, for jobs whose stages name none of their own
  FaceScorer* faces = nullptr;  // null: no gates on faces
  StageCache* cache = nullptr;  // null: every stage runs, and nothing is kept
};

// What one job finds on this machine.
struct JobFiles {
  std::string pack_folder;
  std::map<Digest, std::string> references;  // paths by the digests of chain::references
  bool reuse = true;                         // false: outputs of former runs do not count (they are still kept)
};

// A kept intermediate, and how much of the chain it shows.
struct KeptFrame {
  std::string stage;
  std::shared_ptr<const Frame> frame;
  std::vector<StageRecord> stages;
};

// A job whose picture is decided.
struct Drawn {
  ChainJob job;
  Frame frame = {};
  std::optional<std::string> refusal = {};  // why the last seed was refused
  std::uint32_t seed = 0;                   // of the picture
  std::vector<StageRecord> stages = {};
  std::vector<KeptFrame> kept = {};
  std::vector<std::pair<Digest, std::shared_ptr<const Frame>>> fresh = {};  // outputs that the cache lacks
  std::vector<StageTiming> timings = {};
  nlohmann::ordered_json tries = nlohmann::ordered_json::array();  // seed and scores of each
  std::string numerics_class = {};
  double seconds = 0;
  std::uint64_t peak_memory_bytes = 0;  // of the device; 0 is unknown
};

struct Rendered {
  JobResult result;                // without ticket; kDone or, when every seed was refused, kRejected
  std::vector<std::string> files;  // the bytes of result.artifacts, in their order: "image", then what is kept
};

// Runs the job's chain with the cell's seed, then, while a gate or a stage asks for another, with derive_seed(seed, 1),
// (seed, 2), ..., job.reseed times at most. The first picture that passes comes back, else that of the last seed.
std::variant<Drawn, Failure> draw_job(ChainJob job, const JobFiles& files, const ChainTools& tools,
                                      const StepSink& step);

// Artifacts: "image", then job.keep's: the names of stages, "mask-NAME" for masks. metadata_json holds the scores, what
// the stages say of themselves, the models, and, when there were several, the scores of every seed tried. May run on
// another thread than draw_job, beside it. Nothing that goes wrong with the cache fails the job.
std::variant<Rendered, Failure> finish_job(Drawn drawn, StageCache* cache);

// The one after the other.
std::variant<Rendered, Failure> run_job(ChainJob job, const JobFiles& files, const ChainTools& tools,
                                        const StepSink& step);

}  // namespace troupe::chain
