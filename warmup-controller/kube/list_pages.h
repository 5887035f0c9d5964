// A list that comes page by page.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "warmup-controller/kube/api.h"
#include "warmup-controller/kube/selection.h"

namespace prewarm::kube {

struct ListLimits {
  int page = 500;                       // objects, 1 at least
  std::size_t most_bytes = 64U << 20U;  // of a page
  std::size_t most_objects = 250000;
};

// What to ask for next. Pure.
class PageCursor {
 public:
  enum class Step {
    kMore,     // ask for Next()
    kDone,     // all there: resource_version()
    kRestart,  // ask for Next(); what came so far is void
    kFail,     // give up: error()
  };

  PageCursor(Selection selection, const ListLimits& limits)
      : selection_(std::move(selection)),
        limits_(limits),
        limit_(limits.page) {}

  ApiRequest Next() const;
  Step Took(const Json& page);
  // A token that has expired begins the list anew, thrice at most; a page that
  // was too large is asked for in halves.
  Step Failed(const Error& error);
  const std::string& resource_version() const { return resource_version_; }
  const Error& error() const { return error_; }

 private:
  Step Fail(Error error);

  const Selection selection_;
  const ListLimits limits_;
  int limit_;
  int restarts_ = 0;
  std::size_t objects_ = 0;
  std::string continue_;
  std::string resource_version_;
  Error error_;
};

// Blocks. Calls `restart` when what `item` got is void. Answers the
// resourceVersion to watch from.
Result<std::string> ListAll(Api* api, const Selection& selection,
                            const ListLimits& limits,
                            const std::function<void(const Json&)>& item,
                            const std::function<void()>& restart);

}  // namespace prewarm::kube
