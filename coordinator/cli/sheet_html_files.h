// Fetches the pictures of an HTML sheet and writes it.
#pragma once

#include "coordinator/cli/connection.h"
#include "coordinator/cli/sheet_html.h"

namespace troupe::cli {

// `to` is a file (it ends in .html or .htm) or a folder, which gets index.html and the whole pictures under the names
// of output.path. The path of the page. A picture that cannot be had is told on the page.
Result<std::string> write_html(Connection& connection, const std::vector<SheetPicture>& pictures, HtmlSheet page,
                               const std::string& to);

}  // namespace troupe::cli
