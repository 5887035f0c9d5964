// `prewarm-model import`: from a file, a URL or a package into the store.
#pragma once

#include <iosfwd>
#include <string>

#include "inference-server/download/download.h"
#include "inference-server/importer/import_model.h"

namespace prewarm {

struct ImportArguments {
  std::string store;
  bool as_json = false;
  ImportRequest request;
  // A file, or a URL; "" with no package either: the official checkpoint.
  std::string from;
  int retries = 5;
  double retry_delay_seconds = 1;
  int stall_seconds = 30;
  bool show_progress = false;
  // One of that name in the store that can be read is enough: nothing is
  // fetched or read.
  bool if_missing = false;
};

// The program's exit status: 0, 1 for what failed, 2 for arguments that can't
// be. What was fetched lies in the store's tmp/ until it is imported, or turns
// out to be no model; after another failure the next run goes on from there.
int RunImport(const ImportArguments& arguments, std::ostream& out,
              std::ostream& err);

}  // namespace prewarm
