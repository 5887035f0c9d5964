#include "inference-server/importer/import_command.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <ostream>
#include <thread>

#include "common/base/clock.h"
#include "common/base/sha256.h"
#include "inference-server/importer/print_model.h"
#include "inference-server/importer/progress_line.h"
#include "inference-server/importer/releases.h"

namespace prewarm {
namespace {

using download::PartialFile;
using download::Url;

constexpr char kProgram[] = "prewarm-model: ";

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return text;
}

// The same for the same URL, so that the next run finds it.
std::string FolderOf(const std::string& store, const Url& url) {
  return store + "/tmp/download-" + Sha256Hex(url.text).substr(0, 16);
}

class ImportCommand {
 public:
  ImportCommand(const ImportArguments& arguments, std::ostream& out,
                std::ostream& err)
      : arguments_(arguments),
        request_(arguments.request),
        out_(out),
        err_(err) {}

  int Run() {
    request_.sha256 = Lower(request_.sha256);
    request_.md5 = Lower(request_.md5);
    if (const Status good = CheckImport(request_); !good.ok()) {
      return Fail(good.error());
    }
    if (arguments_.if_missing) {
      const std::string& name =
          request_.name.empty() ? request_.architecture : request_.name;
      const auto there = ModelStore(arguments_.store).Find(name);
      if (there.ok()) {
        Say(name + " is in the store; nothing is imported (--if-missing)");
        PrintFields(ModelToJson(*there), arguments_.as_json, out_);
        return 0;
      }
    }
    std::string from = arguments_.from;
    if (from.empty() && request_.npm_package.empty()) {
      const auto release = ReleaseFor(request_.architecture);
      if (!release) {
        err_ << kProgram << "give either FILE, a URL or --npm-package DIR\n";
        return 2;
      }
      from = release->url;
      official_ = true;
      if (request_.md5.empty()) request_.md5 = release->md5;
    } else if (!from.empty() && !request_.npm_package.empty()) {
      err_ << kProgram << "give either FILE, a URL or --npm-package DIR\n";
      return 2;
    }
    if (download::LooksLikeUrl(from)) return FromUrl(from);
    request_.file = from;
    return Print(std::filesystem::path(from).filename().string(),
                 ImportModel(ModelStore(arguments_.store), request_));
  }

 private:
  int FromUrl(const std::string& text) {
    const auto url = download::ParseUrl(text);
    if (!url.ok()) return Fail(url.error());
    Env* const env = Env::System();
    const std::string folder = FolderOf(arguments_.store, *url);
    auto file = PartialFile::Open(env, folder);
    if (!file.ok()) return Fail(file.error());
    if (Status done = Fetch(*url, &*file); !done.ok()) {
      if (file->size() == 0) static_cast<void>(env->Remove(folder));
      return Fail(WithWayOut(*url, done.error()));
    }
    request_.file = file->path();
    request_.url = url->shown;
    const auto imported = ImportModel(ModelStore(arguments_.store), request_);
    // With a full disk, say, the bytes are still worth keeping.
    const bool of_use = !imported.ok() &&
                        imported.error().code != ErrorCode::kCorrupt &&
                        imported.error().code != ErrorCode::kUnsupported;
    if (!of_use) static_cast<void>(env->Remove(folder));
    return Print(url->file_name, imported);
  }

  Status Fetch(const Url& url, PartialFile* file) {
    std::string what = "fetching " + url.shown;
    if (official_ && !request_.md5.empty()) {
      what += " (md5 " + request_.md5 + " is checked)";
    }
    if (file->size() > 0) {
      what += ", of which " + std::to_string(file->size()) +
              " bytes are here already";
    }
    Say(what);
    if (url.scheme == "http" && request_.sha256.empty()) {
      Say("nobody vouches for what comes over http; give --sha256, or an "
          "https:// URL");
    }
    ProgressLine line(url.file_name, arguments_.show_progress, err_);
    download::DownloadRequest request;
    request.url = url;
    request.retries = arguments_.retries;
    request.pause = std::chrono::milliseconds(
        static_cast<long>(arguments_.retry_delay_seconds * 1000));
    request.stall = std::chrono::seconds(arguments_.stall_seconds);
    download::DownloadEvents events;
    events.wait = [](std::chrono::milliseconds time) {
      std::this_thread::sleep_for(time);
    };
    events.note = [&](const std::string& text) {
      line.Clear();
      Say(text);
    };
    events.progress = [&](std::uint64_t have,
                          std::optional<std::uint64_t> total) {
      line.Show(Clock::System().Now(), have, total);
    };
    return Download(request, events, file);
  }

  // A machine without network is no dead end.
  Error WithWayOut(const Url& url, Error error) const {
    if (error.code != ErrorCode::kNotFound) return error;
    error.message += "; on a machine with network: curl -fLO " + url.shown +
                     ", then here: prewarm-model import " +
                     request_.architecture + " " +
                     (url.file_name.empty() ? "FILE" : url.file_name);
    return error;
  }

  int Print(const std::string& file_name, const Result<Imported>& imported) {
    if (!imported.ok()) return Fail(imported.error());
    nlohmann::ordered_json fields = ModelToJson(imported->model);
    const std::string& architecture = imported->model.manifest.architecture;
    if (ReleaseFor(architecture)) {
      fields["release"] = DescribeRelease(imported->source_md5);
    }
    const std::string warning =
        ReleaseWarning(architecture, file_name, imported->source_md5);
    if (!warning.empty()) Say("warning: " + warning);
    PrintFields(fields, arguments_.as_json, out_);
    return 0;
  }

  void Say(const std::string& line) { err_ << kProgram << line << "\n"; }

  int Fail(const Error& error) {
    Say(error.message);
    return error.code == ErrorCode::kInvalidArgument ? 2 : 1;
  }

  const ImportArguments& arguments_;
  ImportRequest request_;
  std::ostream& out_;
  std::ostream& err_;
  bool official_ = false;
};

}  // namespace

int RunImport(const ImportArguments& arguments, std::ostream& out,
              std::ostream& err) {
  return ImportCommand(arguments, out, err).Run();
}

}  // namespace prewarm
