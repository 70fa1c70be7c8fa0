// troupe sheet CAMPAIGN [SLICE] --to FILE.png: a labelled contact sheet.
#include <algorithm>
#include <filesystem>
#include <map>

#include "common/base/files.h"
#include "common/picture/png.h"
#include "common/picture/sheet.h"
#include "coordinator/cli/context.h"
#include "coordinator/cli/sheet_grid.h"

namespace troupe::cli {
namespace {

using nlohmann::json;

struct Options {
  std::string campaign, slice, to;
  std::uint64_t limit = 2000;
};

struct Found {
  std::vector<SheetPicture> pictures;
  std::string campaign;  // name#revision
  bool more = false;
};

Result<Found> find(Connection& connection, const Options& options) {
  Found found;
  bool more = false;
  const Status status = connection.for_each_result(
      options.campaign, options.slice, [&](const wire::PictureRow& row, const std::string& campaign) {
        found.campaign = campaign;
        if (found.pictures.size() >= options.limit) {
          more = true;
          return Status(Code::kCancelled, "enough");
        }
        found.pictures.push_back({row.address, row.image.digest, row.state == JobState::kRejected});
        return Status();
      });
  if (!status.ok() && !more) return status;
  if (found.pictures.empty()) {
    return Status(Code::kNotFound,
                  options.campaign + " has no pictures yet; watch it: troupe campaign wait " + options.campaign);
  }
  found.more = more;
  return found;
}

// FILE.png, and FILE-2.png, FILE-3.png, ... for further pages.
std::string page_path(const std::string& path, int page) {
  if (page == 0) return path;
  const std::filesystem::path file = path;
  return (file.parent_path() / (file.stem().string() + "-" + std::to_string(page + 1) + file.extension().string()))
      .string();
}

Result<std::vector<std::string>> write_pages(const picture::SheetPages& pages, const std::string& to) {
  std::vector<std::string> written;
  const std::string folder = std::filesystem::path(to).parent_path().string();
  if (!folder.empty()) TROUPE_RETURN_IF_ERROR(make_folders(folder));
  for (int page = 0; page < pages.count(); ++page) {
    TROUPE_ASSIGN_OR_RETURN(const picture::Picture drawn, pages.render(page));
    TROUPE_ASSIGN_OR_RETURN(const std::string bytes, picture::encode_png(drawn));
    written.push_back(page_path(to, page));
    TROUPE_RETURN_IF_ERROR(write_file_durably(written.back(), bytes));
  }
  return written;
}

int sheet(Connection& connection, const Output& output, const Options& options) {
  auto found = find(connection, options);
  if (!found.ok()) return output.error(found.status());
  picture::Sheet page = lay_out_grid(found->pictures, [&connection](const Digest& digest) -> Result<picture::Picture> {
    TROUPE_ASSIGN_OR_RETURN(const std::string bytes, connection.fetch(digest));
    TROUPE_ASSIGN_OR_RETURN(picture::DecodedPng decoded, picture::decode_png(bytes));
    return std::move(decoded.picture);
  });
  page.title = found->campaign;
  page.subtitle = count_text(found->pictures.size()) + " pictures" +
                  (options.slice.empty() ? "" : ", " + options.slice) +
                  (found->more ? ", the first of more: --limit N" : "");
  const auto pages = picture::SheetPages::lay_out(std::move(page));
  if (!pages.ok()) return output.error(pages.status());
  const auto written = write_pages(*pages, options.to);
  if (!written.ok()) return output.error(written.status());
  output.json(
      {{"schema", 1}, {"campaign", found->campaign}, {"pictures", found->pictures.size()}, {"pages", *written}});
  for (const auto& path : *written) {
    output.quiet(path);
    output.text(path);
  }
  return kExitDone;
}

}  // namespace

void add_sheet(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("sheet", "A labelled contact sheet of a campaign's pictures");
  command->add_option("campaign", options->campaign, "name (its newest revision) or name#2")->required();
  command->add_option("slice", options->slice, "these cells only: character=mia|leo,seed=1..10");
  command->add_option("--to", options->to, "the PNG file to write; further pages get -2, -3, ...")->required();
  command->add_option("--limit", options->limit, "at most so many pictures (2000)")->check(CLI::Range(1, 100000));
  on(command, context, [&context, options](const Output& output) {
    return with_connection(context, output,
                           [&](Connection& connection) { return sheet(connection, output, *options); });
  });
}

}  // namespace troupe::cli
