// Every limit on what comes from outside, by name. Passing one is a clear error (Code::kTooLarge), never a crash.
#pragma once

#include <cstddef>
#include <cstdint>

namespace troupe::limits {

inline constexpr std::uint64_t kMaxCells = 1'000'000'000;     // index positions of one campaign
inline constexpr std::size_t kMaxManifestBytes = 8u << 20;    // a manifest with all its includes
inline constexpr std::size_t kMaxManifestNodes = 500'000;     // values in it, with all its includes, aliases expanded
inline constexpr std::size_t kMaxManifestDepth = 32;          // lists and maps inside each other
inline constexpr std::size_t kMaxIncludeFiles = 1000;         // files that its includes name
inline constexpr std::size_t kMaxChainStages = 16;            // stages of a chain
inline constexpr std::size_t kMaxAxes = 32;                   // axes of a sweep
inline constexpr std::size_t kMaxSelectCells = 10'000;        // cells that `select` compares with each other
inline constexpr std::size_t kMaxAxisValues = 100'000;        // listed values of an axis (seed ranges list none)
inline constexpr std::size_t kMaxExcludes = 64;               // exclude rules of a sweep
inline constexpr std::size_t kMaxExcludeStates = 1u << 18;    // ways the exclude rules combine while cells are counted
inline constexpr std::uint64_t kMaxSeedSearch = 1'000'000;    // random seeds looked at for a range in a slice
inline constexpr std::size_t kMaxSliceBytes = 64u << 10;      // a slice or an address as text
inline constexpr std::size_t kMaxNameBytes = 128;             // names of campaigns, characters, workers, packs, ...
inline constexpr std::size_t kMaxPromptBytes = 16u << 10;     // a prompt after its template is filled
inline constexpr std::size_t kMaxTokenizerBytes = 64u << 20;  // vocab.json or merges.txt of a pack
inline constexpr std::size_t kMaxPackIndexBytes = 1u << 20;   // model_index.json or scheduler_config.json of a pack
inline constexpr std::size_t kMaxConsentBytes = 1024;         // what a named prompt says about consent
inline constexpr std::size_t kMaxPathBytes = 1024;            // an output path after its template is filled
inline constexpr std::size_t kMaxFileNameBytes = 255;         // one part of it between slashes
inline constexpr int kMaxPictureSide = 16'384;                // pixels of a side
inline constexpr std::int64_t kMaxPicturePixels = 64 << 20;   // pixels of a picture, together
inline constexpr int kMinReferenceSide = 32;                  // pixels of a side of a reference picture
inline constexpr std::uint64_t kMaxPictureFileBytes = 256u << 20;  // a PNG or JPEG file that is read
inline constexpr std::uint64_t kMaxReferenceBytes = 1ull << 30;    // references that a worker keeps beyond need
inline constexpr std::size_t kMaxPictureTexts = 64;                // text chunks of a PNG
inline constexpr std::size_t kMaxPictureTextBytes = 1u << 20;      // all text of a PNG, unpacked
inline constexpr std::size_t kMaxMessageBytes = 2u << 20;          // ZMQ_MAXMSGSIZE of every socket on the network
inline constexpr std::size_t kMaxMessageParts = 4;                 // parts of one multipart message
inline constexpr std::size_t kBlobChunkBytes = 1u << 20;           // one piece of a blob on the wire
inline constexpr std::size_t kBlobCredit = 4;                      // chunks in flight for one blob
inline constexpr std::uint64_t kMaxBlobBytes = 1ull << 30;         // one artifact
inline constexpr std::size_t kMaxBlobTransfers = 256;              // blobs moving at once, both ways
inline constexpr std::size_t kMaxPeerBlobTransfers = 8;            // of one connection
inline constexpr std::size_t kMaxKeptHalves = 256;                 // half-written blobs kept for another try
inline constexpr std::size_t kMaxBlobHave = 1024;                  // digests of one question
inline constexpr std::size_t kMaxLeaseJobs = 256;                  // jobs of one lease
inline constexpr std::size_t kMaxBatchResults = 256;               // results of one message
inline constexpr std::size_t kMaxHeldJobs = 4096;                  // jobs that one worker holds
inline constexpr std::size_t kMaxWorkers = 100'000;                // workers that one coordinator knows
inline constexpr std::size_t kMaxWorkerSlots = 64;                 // slots, tags and packs of one worker
inline constexpr std::size_t kMaxWorkerTags = 64;
inline constexpr std::size_t kMaxWorkerPacks = 64;
inline constexpr std::size_t kMaxArtifacts = 32;           // artifacts of one result
inline constexpr std::size_t kMaxTimings = 32;             // timings of one result: stages, reading of models, encoding
inline constexpr std::size_t kMaxScoresBytes = 4096;       // a result's scores in a listing of pictures
inline constexpr std::size_t kMaxStageNames = 256;         // different names of timings that a coordinator counts
inline constexpr std::size_t kMaxJsonDepth = 64;           // nesting of JSON from outside
inline constexpr std::size_t kMaxResultBytes = 64u << 10;  // metadata of one result
inline constexpr std::size_t kMaxLogLines = 100;           // an engine's last lines that travel with a failure
inline constexpr std::size_t kMaxLogLineBytes = 512;
inline constexpr std::size_t kMaxReasonBytes = 4096;               // the reason of a failure
inline constexpr std::size_t kMaxQueries = 256;                    // requests that wait for the store
inline constexpr std::uint64_t kMaxEventsKept = 1'000'000;         // newest lines of the event log
inline constexpr std::size_t kMaxBatchesInFlight = 8;              // batches of edits on their way to the disk
inline constexpr std::size_t kMaxPageRows = 1000;                  // rows of one page of a listing
inline constexpr std::size_t kMaxDrainMessages = 256;              // messages that one turn of the server loop takes
inline constexpr std::size_t kMaxPackFiles = 10'000;               // files of one pack
inline constexpr std::size_t kMaxPackConfigBytes = 1u << 20;       // a config.json or pack.lock of a pack
inline constexpr int kMaxRetries = 100;                            // limits.retries of a manifest
inline constexpr int kMaxRunningJobs = 1'000'000;                  // limits.running of a manifest
inline constexpr std::size_t kMaxCommitsKept = 65'536;             // recent pictures that later ones are compared with
inline constexpr std::size_t kMaxHomesKept = 65'536;               // cells whose last renderer is remembered
inline constexpr std::size_t kMaxModelsKnown = 4096;               // packs on devices that something was learned of
inline constexpr std::size_t kMaxJobDeaths = 4096;                 // jobs whose engine died that are kept count of
inline constexpr int kMaxPriority = 1000;                          // of a campaign or a slice, either sign
inline constexpr std::size_t kMaxOrders = 64;                      // slices paused, resumed, released of a campaign
inline constexpr std::uint64_t kMaxSample = 100'000;               // cells of `submit --sample`
inline constexpr std::uint64_t kMaxVerbSteps = 2'000'000;          // pieces of a slice that one verb goes through
inline constexpr std::size_t kMaxComparedRevisions = 8;            // earlier revisions searched for a cell's result
inline constexpr std::size_t kMaxNotifyWords = 32;                 // of notify.command
inline constexpr std::size_t kMaxNotifications = 1000;             // that wait to be delivered
inline constexpr std::size_t kMaxUrlBytes = 2048;                  // notify.webhook
inline constexpr std::size_t kMaxEngineMessageBytes = 256u << 20;  // agent <-> engine, on this machine only
inline constexpr std::size_t kMaxWeightsHeaderBytes = 16u
                                                      << 20;  // the JSON header of a safetensors file, or a shard index
inline constexpr std::size_t kMaxWeightsShards = 256;         // files of one network's weights
inline constexpr std::size_t kMaxTensorDimensions = 8;        // of a stored tensor
inline constexpr std::size_t kMaxPickleBytes = 64u << 20;     // the description of data in a .pth file
inline constexpr std::size_t kMaxPickleSteps = 2'000'000;     // instructions of it
inline constexpr std::size_t kMaxZipEntries = 100'000;        // entries of a .pth file
inline constexpr std::size_t kMaxCheckpointTensors = 100'000;  // tensors of a .pth file
inline constexpr std::size_t kMaxCheckpointDepth = 8;          // dicts inside each other in one
inline constexpr std::size_t kMaxModelConfigBytes = 1u << 20;  // a config.json of a model folder
inline constexpr std::uint64_t kMaxOnnxBytes = 1u << 30;       // an ONNX file
inline constexpr std::size_t kMaxOnnxNodes = 20'000;           // operations of its graph
inline constexpr std::size_t kMaxFaces = 64;                   // faces that are looked at in one picture

}  // namespace troupe::limits
