// Keeps a sink in step with what the server has, for as long as it runs.
#pragma once

#include <functional>

#include "warmup-controller/kube/api.h"
#include "warmup-controller/kube/list_pages.h"
#include "warmup-controller/kube/watch_machine.h"

namespace prewarm::kube {

// Called on the reflector's thread.
class ObjectSink {
 public:
  virtual ~ObjectSink() = default;
  // All objects follow. May come again before ListEnds: what came is void.
  virtual void ListBegins() = 0;
  virtual void Listed(const Json& object) = 0;
  virtual void ListEnds() = 0;
  virtual void Changed(const Json& object) = 0;  // new ones too
  virtual void Gone(const Json& object) = 0;
  // Out of step from here on; Synced ends it.
  virtual void Failed(const Error& error) = 0;
  // In step: the server has just said so.
  virtual void Synced() = 0;
};

struct ReflectorOptions {
  ListLimits list;
  WatchBackoff backoff;
  // The server ends a watch after this, or up to twice this: spread.
  std::chrono::seconds watch_timeout{300};
  // Bookmarks come every minute; without them a silent watch is begun anew.
  std::chrono::milliseconds inactivity{150000};
  std::size_t most_line_bytes = 4 << 20;
  std::function<double()> random;  // [0, 1); unset: by chance
};

class Reflector {
 public:
  // All outlive it.
  Reflector(Api* api, Selection selection, ObjectSink* sink,
            ReflectorOptions options);

  // Blocks until `stop`. Once.
  void Run(StopSignal* stop);

 private:
  void List();
  void Watch(StopSignal* stop);
  Status Take(std::string_view line);

  Api* const api_;
  const Selection selection_;
  ObjectSink* const sink_;
  const ReflectorOptions options_;
  WatchMachine machine_;
};

}  // namespace prewarm::kube
