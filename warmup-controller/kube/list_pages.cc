#include "warmup-controller/kube/list_pages.h"

#include <utility>

namespace prewarm::kube {
namespace {

constexpr int kMaxRestarts = 3;
constexpr std::chrono::seconds kTimeout{60};

}  // namespace

ApiRequest PageCursor::Next() const {
  ApiRequest request;
  request.path = PathOf(selection_) +
                 QueryText({{"labelSelector", selection_.label_selector},
                            {"fieldSelector", selection_.field_selector},
                            {"limit", std::to_string(limit_)},
                            {"continue", continue_}});
  request.priority = std::nullopt;  // what is decided hangs on it
  request.timeout = kTimeout;
  request.most_bytes = limits_.most_bytes;
  return request;
}

PageCursor::Step PageCursor::Took(const Json& page) {
  const Json& items = At(page, {"items"});
  if (!items.is_array() && !items.is_null()) {
    return Fail(MakeError(ErrorCode::kUnprocessable,
                          PathOf(selection_) + ": the list has no items"));
  }
  objects_ += items.size();
  if (objects_ > limits_.most_objects) {
    return Fail(MakeError(ErrorCode::kTooLarge,
                          PathOf(selection_) + ": more than " +
                              std::to_string(limits_.most_objects) +
                              " objects; narrow it to namespaces or labels"));
  }
  resource_version_ = TextAt(page, {"metadata", "resourceVersion"});
  continue_ = TextAt(page, {"metadata", "continue"});
  if (!continue_.empty()) return Step::kMore;
  if (resource_version_.empty()) {
    return Fail(
        MakeError(ErrorCode::kUnprocessable,
                  PathOf(selection_) + ": the list has no resourceVersion"));
  }
  return Step::kDone;
}

PageCursor::Step PageCursor::Failed(const Error& error) {
  if (error.code == ErrorCode::kGone && !continue_.empty() &&
      restarts_ < kMaxRestarts) {
    ++restarts_;
    continue_.clear();
    objects_ = 0;
    return Step::kRestart;
  }
  if (error.code == ErrorCode::kTooLarge && limit_ > 1) {
    limit_ /= 2;
    return Step::kMore;
  }
  return Fail(error);
}

PageCursor::Step PageCursor::Fail(Error error) {
  error_ = std::move(error);
  return Step::kFail;
}

Result<std::string> ListAll(Api* api, const Selection& selection,
                            const ListLimits& limits,
                            const std::function<void(const Json&)>& item,
                            const std::function<void()>& restart) {
  PageCursor cursor(selection, limits);
  while (true) {
    const auto page = api->Call(cursor.Next());
    const auto step =
        page.ok() ? cursor.Took(*page) : cursor.Failed(page.error());
    if (step == PageCursor::Step::kFail) return cursor.error();
    if (step == PageCursor::Step::kRestart) restart();
    if (page.ok()) {
      for (const Json& one : At(*page, {"items"})) item(one);
    }
    if (step == PageCursor::Step::kDone) return cursor.resource_version();
  }
}

}  // namespace prewarm::kube
