#include "coordinator/server/submission.h"

#include "common/base/limits.h"
#include "common/manifest/manifest.h"
#include "common/manifest/pack_facts.h"

namespace troupe::server {
namespace {

// Every pack of that name that is around: a size must fit them all, since any may render the job.
Status check_offers(const manifest::Manifest& manifest, const std::vector<PackOffer>& offers) {
  for (const PackOffer& offer : offers) {
    if (offer.name != manifest.pack() || offer.vae_scale <= 0) continue;
    manifest::PackFacts facts;
    facts.name = offer.name;
    facts.digest = offer.digest;
    facts.vae_scale = offer.vae_scale;
    TROUPE_RETURN_IF_ERROR(manifest::check_pack(manifest, facts));
  }
  return {};
}

Status check_references(const manifest::Manifest& manifest, const store::BlobStore& blobs) {
  for (const manifest::PromptGroup& group : manifest.groups()) {
    for (const manifest::NamedPrompt& entry : group.entries) {
      if (!entry.reference || blobs.has(entry.reference->digest)) continue;
      return Status(Code::kInvalid, group.key + "." + entry.name + ".reference: the coordinator does not have " +
                                        entry.reference->path + ": upload it before the submit");
    }
  }
  return {};
}

// A program named by whoever may submit runs with the coordinator's rights.
Status check_notify(const manifest::Manifest& manifest, const SubmitRules& rules) {
  if (!manifest.notify() || manifest.notify()->command.empty() || rules.runs_commands) return {};
  return Status(Code::kInvalid,
                "notify.command: this coordinator runs no programs for manifests; take a webhook, or have it started "
                "with notify.commands: true in its settings");
}

Status keep(const manifest::Manifest& manifest, store::BlobStore& blobs) {
  if (blobs.has(manifest.digest())) return {};
  TROUPE_ASSIGN_OR_RETURN(const auto writer, blobs.create(manifest.digest(), manifest.resolved().size()));
  TROUPE_RETURN_IF_ERROR(writer->append(manifest.resolved()));
  return writer->finish();
}

// The manifest's text: what the request holds, or an artifact that was uploaded before it.
Result<std::string> text_of(const wire::Submit& submit, const store::BlobStore& blobs) {
  if (!submit.spec) return submit.manifest_json;
  if (!blobs.has(*submit.spec)) {
    return Status(Code::kInvalid,
                  "the coordinator does not have the manifest " + submit.spec->hex() + ": upload it before the submit");
  }
  TROUPE_ASSIGN_OR_RETURN(const std::uint64_t bytes, blobs.size(*submit.spec));
  if (bytes > limits::kMaxManifestBytes) {
    return Status(Code::kTooLarge, "the manifest has " + std::to_string(bytes) + " bytes, the limit is " +
                                       std::to_string(limits::kMaxManifestBytes));
  }
  return blobs.read(*submit.spec, 0, limits::kMaxManifestBytes);
}

}  // namespace

Result<core::SubmitCampaign> prepare_submit(const wire::Submit& submit, const SubmitRules& rules,
                                            store::BlobStore& blobs) {
  TROUPE_ASSIGN_OR_RETURN(const std::string text, text_of(submit, blobs));
  TROUPE_ASSIGN_OR_RETURN(const auto manifest, manifest::Manifest::from_resolved(text));
  TROUPE_RETURN_IF_ERROR(check_offers(manifest, rules.offers));
  TROUPE_RETURN_IF_ERROR(check_notify(manifest, rules));
  TROUPE_RETURN_IF_ERROR(check_references(manifest, blobs));
  TROUPE_RETURN_IF_ERROR(keep(manifest, blobs));
  return core::SubmitCampaign{0, manifest, submit.key, submit.sample, submit.again, submit.anew};
}

}  // namespace troupe::server
