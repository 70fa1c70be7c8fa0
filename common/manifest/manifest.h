// The manifest of a campaign, read and checked: every key known, every type right, every template name there, so that
// whatever decodes its cells later cannot fail on it. README.md lists the keys.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/hash.h"
#include "common/base/status.h"
#include "common/manifest/gates.h"
#include "common/manifest/sweep.h"

namespace troupe::manifest {

// A picture that a named prompt brings along.
struct Reference {
  std::string path;  // as the manifest says it: for people; the digest is what counts
  Digest digest;     // of the file's bytes, which travel as an artifact
};

// One character, product, pose, scene, outfit, ...
struct NamedPrompt {
  std::string name;
  std::string prompt;    // what {character} becomes
  std::string negative;  // is added to the negative prompt of every cell that has it
  std::optional<Reference> reference;
  std::string consent;  // travels into every image made of it
};

// A group of named prompts: `characters` gives the axis `character`.
struct PromptGroup {
  std::string key;
  std::vector<NamedPrompt> entries;  // ordered by name
  const NamedPrompt* find(std::string_view name) const;
};

struct StageSpec {
  std::string kind;  // generate, segment, inpaint, swap, upscale
  std::string name;  // what axes and templates call it: the kind, then generate2, generate3, ...
  // Checked, with defaults filled in; templates not yet filled. stage_schema.h lists them all.
  nlohmann::json parameters;
  Place place;
  std::map<std::string, Place> parameter_places;  // of the values written in the manifest
};

struct Limits {
  int retries = 3;                    // after a fault that is not the input's
  std::chrono::seconds timeout{600};  // of one attempt
  int reseed = 0;                     // further seeds tried inside an attempt when a gate says no
  std::optional<double> hours;        // of worker time, for the whole campaign
  std::optional<int> running;         // most jobs granted at once
};

struct Output {
  std::string path;    // template; it separates all cells
  bool sheet = false;  // a contact sheet beside the pictures
};

struct Select {
  std::uint64_t keep = 1;
  std::string of;  // the axis compared: the best `keep` of it for every other combination
  std::string by;  // the score: identity or sharpness
};

// Who is told how the campaign ended: one of webhook and command.
struct Notify {
  std::string webhook;               // http:// or https://
  std::vector<std::string> command;  // a program and its arguments
  bool on_finished = true;           // all of its jobs are over
  bool on_failed = true;             // it could not run, or jobs of it failed
};

// A reference's bytes on this machine.
struct ReferenceFile {
  Digest digest;
  std::string path;
  std::string key = {};  // of the first entry that names it: "characters.mia.reference"
  Place place = {};
};

// A value: cheap to copy, never changes.
class Manifest {
 public:
  // Reads a manifest with its includes (patterns relative to its folder, nothing outside of it) and hashes its
  // references. Every error is kInvalid with the file, line and column of its cause.
  static Result<Manifest> load(const std::string& path);
  // From resolved(). Takes bytes from anywhere: bounded, kInvalid where something is wrong.
  static Result<Manifest> from_resolved(std::string_view json);

  // The manifest as one JSON text that needs no other file: includes merged, defaults filled in, references by digest.
  // The same bytes on every machine; from_resolved gives the same manifest again (less places and local paths).
  const std::string& resolved() const;
  // Of resolved().
  const Digest& digest() const;

  const std::string& name() const;
  const std::string& project() const;
  int priority() const;
  const std::string& pack() const;
  const std::vector<PromptGroup>& groups() const;
  const PromptGroup* find_group(std::string_view key) const;
  // Of stages that have none of their own; templates.
  const std::optional<std::string>& prompt() const;
  const std::optional<std::string>& negative() const;
  const Sweep& sweep() const;
  const std::vector<std::string>& require_tags() const;
  // Only workers of this pool render it; empty: any.
  const std::string& require_pool() const;
  const std::vector<StageSpec>& chain() const;
  // The stages whose pictures are stored beside the result, by name; "masks" for the masks.
  const std::vector<std::string>& keep() const;
  const std::optional<Select>& select() const;
  const Gates& gates() const;
  const Limits& limits() const;
  const Output& output() const;
  const std::optional<Notify>& notify() const;
  // Where the values of an axis of a stage's parameter stand in the manifest; line 0 where that is unknown.
  Place axis_value_place(std::string_view axis, Digit digit) const;
  // Where "gates.identity", "gates.faces", "select.by" stand; line 0 where that is unknown.
  Place place_of(std::string_view key) const;
  // One for each distinct digest, ordered by it; empty after from_resolved.
  const std::vector<ReferenceFile>& reference_files() const;
  // The digests of all references, ordered, also after from_resolved: what must be there before a cell can render.
  std::vector<Digest> reference_digests() const;

  // For the inside of this library.
  struct Data;
  explicit Manifest(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  const Data& data() const { return *data_; }

 private:
  std::shared_ptr<const Data> data_;
};

}  // namespace troupe::manifest
