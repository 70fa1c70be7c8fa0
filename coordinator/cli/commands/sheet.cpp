// troupe sheet CAMPAIGN [SLICE] --to FILE.png | --html FILE|DIR: a labelled contact sheet, as pictures or as a page.
#include <algorithm>
#include <filesystem>
#include <map>

#include "common/base/files.h"
#include "common/picture/png.h"
#include "common/picture/sheet.h"
#include "coordinator/cli/context.h"
#include "coordinator/cli/sheet_grid.h"
#include "coordinator/cli/sheet_html_files.h"

namespace troupe::cli {
namespace {

using nlohmann::json;

struct Options {
  std::string campaign, slice, to, html;
  bool kept = false;
  std::uint64_t limit = 2000;
};

struct Found {
  std::vector<SheetPicture> pictures;
  std::string campaign;  // name#revision
  bool more = false;
};

SheetPicture sheet_picture(const wire::PictureRow& row) {
  SheetPicture picture;
  picture.address = row.address;
  picture.digest = row.image.digest;
  picture.rejected = row.state == JobState::kRejected;
  picture.kept = row.kept.value_or(false);
  picture.index = row.index;
  picture.path = row.path;
  picture.scores = nlohmann::ordered_json::parse(row.scores, nullptr, false);
  picture.score = row.score;
  if (!picture.score && picture.scores.is_object() && picture.scores.contains("identity") &&
      picture.scores["identity"].is_number()) {
    picture.score = picture.scores["identity"].get<double>();
  }
  return picture;
}

Result<Found> find(Connection& connection, const Options& options) {
  Found found;
  bool more = false;
  const Status status = connection.for_each_result(options.campaign, options.slice, options.kept,
                                                   [&](const wire::PictureRow& row, const std::string& campaign) {
                                                     found.campaign = campaign;
                                                     if (found.pictures.size() >= options.limit) {
                                                       more = true;
                                                       return Status(Code::kCancelled, "enough");
                                                     }
                                                     found.pictures.push_back(sheet_picture(row));
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

Result<std::vector<std::string>> write_png(Connection& connection, const Found& found, const Options& options) {
  picture::Sheet page = lay_out_grid(found.pictures, [&connection](const Digest& digest) -> Result<picture::Picture> {
    TROUPE_ASSIGN_OR_RETURN(const std::string bytes, connection.fetch(digest));
    TROUPE_ASSIGN_OR_RETURN(picture::DecodedPng decoded, picture::decode_png(bytes));
    return std::move(decoded.picture);
  });
  page.title = found.campaign;
  page.subtitle = count_text(found.pictures.size()) + " pictures" +
                  (options.slice.empty() ? "" : ", " + options.slice) +
                  (found.more ? ", the first of more: --limit N" : "");
  TROUPE_ASSIGN_OR_RETURN(const picture::SheetPages pages, picture::SheetPages::lay_out(std::move(page)));
  return write_pages(pages, options.to);
}

int sheet(Connection& connection, const Output& output, const Options& options) {
  const auto found = find(connection, options);
  if (!found.ok()) return output.error(found.status());
  std::vector<std::string> written;
  if (!options.to.empty()) {
    auto pages = write_png(connection, *found, options);
    if (!pages.ok()) return output.error(pages.status());
    written = std::move(pages).value();
  }
  if (!options.html.empty()) {
    HtmlSheet page{found->campaign, options.slice, found->more, {}};
    const auto path = write_html(connection, found->pictures, std::move(page), options.html);
    if (!path.ok()) return output.error(path.status());
    written.push_back(*path);
  }
  output.json({{"schema", 1}, {"campaign", found->campaign}, {"pictures", found->pictures.size()}, {"pages", written}});
  for (const auto& path : written) {
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
  command->add_option("--to", options->to, "the PNG file to write; further pages get -2, -3, ...");
  command->add_option("--html", options->html,
                      "write one HTML page that holds all of it; into a folder, with the whole pictures beside");
  command->add_flag("--kept", options->kept, "of a campaign with select: only what it keeps");
  command->add_option("--limit", options->limit, "at most so many pictures (2000)")->check(CLI::Range(1, 100000));
  on(command, context, [&context, options](const Output& output) {
    if (options->to.empty() && options->html.empty()) {
      return output.error(Status(Code::kInvalid, "sheet takes --to FILE.png, --html FILE.html, or --html DIR"));
    }
    return with_connection(context, output,
                           [&](Connection& connection) { return sheet(connection, output, *options); });
  });
}

}  // namespace troupe::cli
