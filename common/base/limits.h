// Every limit on what comes from outside, by name. Passing one is a clear error (Code::kTooLarge), never a crash.
#pragma once

#include <cstddef>
#include <cstdint>

namespace troupe::limits {

inline constexpr std::uint64_t kMaxCells = 1'000'000'000;       // index positions of one campaign
inline constexpr std::size_t kMaxManifestBytes = 8u << 20;      // a manifest with all its includes
inline constexpr std::size_t kMaxAxes = 32;                     // axes of a sweep
inline constexpr std::size_t kMaxAxisValues = 100'000;          // listed values of an axis (seed ranges list none)
inline constexpr std::size_t kMaxExcludes = 64;                 // exclude rules of a sweep
inline constexpr std::size_t kMaxNameBytes = 128;               // names of campaigns, characters, workers, packs, ...
inline constexpr std::size_t kMaxPromptBytes = 16u << 10;       // a prompt after its template is filled
inline constexpr std::size_t kMaxPathBytes = 1024;              // an output path after its template is filled
inline constexpr int kMaxPictureSide = 16'384;                  // pixels of a side
inline constexpr std::int64_t kMaxPicturePixels = 64 << 20;     // pixels of a picture, together
inline constexpr std::uint64_t kMaxPictureFileBytes = 256u << 20;  // a PNG or JPEG file that is read
inline constexpr std::size_t kMaxPictureTexts = 64;             // text chunks of a PNG
inline constexpr std::size_t kMaxPictureTextBytes = 1u << 20;   // all text of a PNG, unpacked
inline constexpr std::size_t kMaxMessageBytes = 2u << 20;       // ZMQ_MAXMSGSIZE of every socket on the network
inline constexpr std::size_t kMaxMessageParts = 4;              // parts of one multipart message
inline constexpr std::size_t kBlobChunkBytes = 1u << 20;        // one piece of a blob on the wire
inline constexpr std::size_t kBlobCredit = 4;                   // chunks in flight for one blob
inline constexpr std::uint64_t kMaxBlobBytes = 1ull << 30;      // one artifact
inline constexpr std::size_t kMaxBlobTransfers = 256;           // blobs moving at once, both ways
inline constexpr std::size_t kMaxLeaseJobs = 256;               // jobs of one lease
inline constexpr std::size_t kMaxBatchResults = 256;            // results of one message
inline constexpr std::size_t kMaxResultBytes = 64u << 10;       // metadata of one result
inline constexpr std::size_t kMaxLogLines = 100;                // an engine's last lines that travel with a failure
inline constexpr std::size_t kMaxLogLineBytes = 512;
inline constexpr std::size_t kMaxReasonBytes = 4096;            // the reason of a failure
inline constexpr std::size_t kMaxPageRows = 1000;               // rows of one page of a listing
inline constexpr std::size_t kMaxDrainMessages = 256;           // messages that one turn of the server loop takes
inline constexpr int kMaxRetries = 100;                         // limits.retries of a manifest
inline constexpr std::size_t kMaxEngineMessageBytes = 256u << 20;  // agent <-> engine, on this machine only

}  // namespace troupe::limits
