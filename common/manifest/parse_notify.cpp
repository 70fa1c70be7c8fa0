// `notify`: who is told when the campaign ends.
#include <algorithm>
#include <string_view>

#include "common/base/limits.h"
#include "common/manifest/parse.h"
#include "common/manifest/reader.h"

namespace troupe::manifest {
namespace {

const std::vector<std::string> kEndings = {"finished", "failed"};

bool is_address(std::string_view url) {
  if (!url.starts_with("http://") && !url.starts_with("https://")) return false;
  const std::string_view rest = url.substr(url.find("//") + 2);
  const bool clean = std::ranges::all_of(url, [](char c) { return c > 0x20 && c < 0x7f; });
  return clean && !rest.empty() && rest.front() != '/' && rest.front() != ':';
}

Result<std::string> read_webhook(const Node& node) {
  Result<std::string> url = read_text(node, "notify.webhook", limits::kMaxUrlBytes);
  if (!url.ok() || is_address(*url)) return url;
  return takes(node, "notify.webhook", "an address such as https://example.org/hooks/troupe");
}

Result<std::vector<std::string>> read_command(const Node& node) {
  TROUPE_RETURN_IF_ERROR(check_list(
      node, "notify.command", "a program and its arguments, such as [notify-send, Troupe]", limits::kMaxNotifyWords));
  std::vector<std::string> words;
  for (const Node& item : node.items) {
    TROUPE_ASSIGN_OR_RETURN(std::string word, read_text(item, "notify.command", limits::kMaxPathBytes));
    if (word.find('\0') != word.npos || (words.empty() && word.empty())) {
      return takes(item, "notify.command", "a program and its arguments");
    }
    words.push_back(std::move(word));
  }
  return words;
}

Status read_endings(const Node& node, Notify& notify) {
  TROUPE_RETURN_IF_ERROR(check_list(node, "notify.on", "a list of finished and failed", kEndings.size()));
  notify.on_finished = notify.on_failed = false;
  for (const Node& item : node.items) {
    TROUPE_ASSIGN_OR_RETURN(const std::string ending, read_choice(item, "notify.on", kEndings));
    (ending == "finished" ? notify.on_finished : notify.on_failed) = true;
  }
  return {};
}

}  // namespace

Status parse_notify(const Node& root, Manifest::Data& data) {
  static const std::vector<std::string> known = {"webhook", "command", "on"};
  const Node* node = root.find("notify");
  if (!node) return {};
  TROUPE_RETURN_IF_ERROR(check_keys(*node, "notify", known));
  const Node* webhook = node->find("webhook");
  const Node* command = node->find("command");
  if (!webhook == !command) return error_at(*node, "notify needs a webhook or a command, and one alone");
  Notify notify;
  if (webhook) {
    TROUPE_ASSIGN_OR_RETURN(notify.webhook, read_webhook(*webhook));
  } else {
    TROUPE_ASSIGN_OR_RETURN(notify.command, read_command(*command));
  }
  if (const Node* on = node->find("on")) TROUPE_RETURN_IF_ERROR(read_endings(*on, notify));
  data.notify = std::move(notify);
  return {};
}

}  // namespace troupe::manifest
