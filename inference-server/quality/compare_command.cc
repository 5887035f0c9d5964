#include "inference-server/quality/compare_command.h"

#include <filesystem>
#include <fstream>
#include <ostream>
#include <utility>

#include "inference-server/quality/compare.h"
#include "inference-server/quality/html_report.h"
#include "inference-server/quality/names.h"
#include "inference-server/quality/pictures.h"
#include "inference-server/quality/table.h"

namespace prewarm::quality {
namespace {

namespace fs = std::filesystem;

// In the page; of a thousand pictures nobody looks at more.
constexpr std::size_t kExhibits = 24;

// Written beside its place and renamed: what an earlier comparison wrote stays
// until this one is done.
class ReportFile {
 public:
  explicit ReportFile(std::string path) : path_(std::move(path)) {}
  ~ReportFile() {
    std::error_code ignored;
    if (file_.is_open()) fs::remove(Part(), ignored);
  }
  ReportFile(const ReportFile&) = delete;
  ReportFile& operator=(const ReportFile&) = delete;

  // Before the work: a thousand pictures take a quarter of an hour.
  Status Open() {
    file_.open(Part(), std::ios::binary | std::ios::trunc);
    return Checked();
  }
  Status Finish(const std::string& text) {
    file_ << text;
    file_.close();
    std::error_code error;
    if (file_) fs::rename(Part(), path_, error);
    if (error) file_.setstate(std::ios::failbit);
    return Checked();
  }

 private:
  std::string Part() const { return path_ + ".part"; }
  Status Checked() {
    if (file_) return Ok{};
    return MakeError(
        ErrorCode::kForbidden,
        "can't write " + path_ + "; give --out a file in a folder that exists",
        "out");
  }

  std::string path_;
  std::ofstream file_;
};

struct Outcome {
  Comparison comparison;
  Gallery gallery{kExhibits};
};

Status CheckFolder(const std::string& folder, const char* option) {
  std::error_code error;
  if (folder.empty() || fs::is_directory(folder, error)) return Ok{};
  return MakeError(ErrorCode::kNotFound,
                   "there is no folder " + folder + "; give " + option +
                       " a folder of PNG files that are called like the "
                       "pictures",
                   option);
}

Result<Outcome> Work(const CompareArguments& arguments, const ModelSpec& a,
                     const ModelSpec& b, std::ostream& err) {
  CompareJob job;
  job.folder = arguments.images;
  job.truth_folder = arguments.truth;
  PREWARM_ASSIGN_OR_RETURN(job.names, ListPictures(arguments.images));
  PREWARM_RETURN_IF_ERROR(CheckFolder(arguments.truth, "--truth"));
  if (arguments.show_progress) {
    job.on_picture = [&](std::size_t i) {
      err << "\r" << i + 1 << "/" << job.names.size() << std::flush;
    };
  }
  PREWARM_ASSIGN_OR_RETURN(EngineFactory * factory, arguments.open_engine());
  const ModelStore store(arguments.store);
  PREWARM_ASSIGN_OR_RETURN(
      Contestant first, Contestant::Open(store, a, factory, arguments.threads));
  PREWARM_ASSIGN_OR_RETURN(
      Contestant second,
      Contestant::Open(store, b, factory, arguments.threads));
  Outcome outcome;
  auto compared = Compare(job, &first, &second,
                          arguments.out.empty() ? nullptr : &outcome.gallery);
  if (arguments.show_progress) err << "\r\033[K";
  if (!compared.ok()) return compared.error();
  outcome.comparison = *std::move(compared);
  return outcome;
}

}  // namespace

int RunCompare(const CompareArguments& arguments, std::ostream& out,
               std::ostream& err) {
  const auto fail = [&err](const Error& error, int code) {
    err << "prewarm-model: " << Printable(error.message) << "\n";
    return code;
  };
  const auto a = ParseModelSpec(arguments.a);
  if (!a.ok()) return fail(a.error(), 2);
  const auto b = ParseModelSpec(arguments.b);
  if (!b.ok()) return fail(b.error(), 2);
  ReportFile report(arguments.out);
  if (!arguments.out.empty()) {
    if (const Status open = report.Open(); !open.ok()) {
      return fail(open.error(), 1);
    }
  }
  const auto outcome = Work(arguments, *a, *b, err);
  if (!outcome.ok()) return fail(outcome.error(), 1);
  const Comparison& comparison = outcome->comparison;
  for (const Skipped& skipped : comparison.skipped) {
    err << "prewarm-model: skipped " << Printable(skipped.name) << ": "
        << Printable(skipped.reason) << "\n";
  }
  if (comparison.judged.empty()) {
    err << "prewarm-model: none of " << comparison.skipped.size()
        << " pictures could be compared (the reasons are above)\n";
    return 1;
  }
  out << (arguments.as_json ? ToJson(comparison) + "\n"
                            : MakeTable(comparison));
  if (arguments.out.empty()) return 0;
  const Status written =
      report.Finish(MakeHtmlReport(comparison, outcome->gallery));
  return written.ok() ? 0 : fail(written.error(), 1);
}

}  // namespace prewarm::quality
