#include "warmup-controller/kube/event_book.h"

#include <algorithm>
#include <cstdio>

#include "warmup-controller/kube/micro_time.h"
#include "warmup-controller/kube/requests.h"

namespace prewarm::kube {
namespace {

constexpr std::size_t kMaxReason = 128;
constexpr std::size_t kMaxNote = 1024;
constexpr std::size_t kMaxNamePrefix = 200;  // of 253

// Not within a character.
std::string Cut(const std::string& text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) {
    --end;
  }
  return text.substr(0, end);
}

std::string IdOf(const EventObject& object) {
  return object.api_version + '\n' + object.kind + '\n' +
         object.namespace_name + '\n' + object.name + '\n' + object.uid;
}

std::string IdOf(const EventNote& note) {
  return IdOf(note.object) + '\n' + (note.warning ? "W" : "N") + note.reason +
         '\n' + note.message;
}

// As client-go names them, and a number of ours: times may repeat.
std::string NameOf(const EventObject& object, WallTime wall,
                   std::uint64_t number) {
  char suffix[48];
  std::snprintf(suffix, sizeof suffix, ".%llx-%llx",
                static_cast<unsigned long long>(  // NOLINT
                    wall.time_since_epoch().count()),
                static_cast<unsigned long long>(number));  // NOLINT
  std::string prefix = object.name.substr(0, kMaxNamePrefix);
  prefix.erase(prefix.find_last_not_of(".-") + 1);
  return prefix + suffix;
}

// Events about what has no namespace go here.
std::string NamespaceOf(const EventObject& object) {
  return object.namespace_name.empty() ? "default" : object.namespace_name;
}

ObjectRef RefOf(const EventObject& object, const std::string& name) {
  return {{"", "v1", "events"}, NamespaceOf(object), name, ""};
}

Json ReferenceTo(const EventObject& object) {
  Json reference = {{"apiVersion", object.api_version},
                    {"kind", object.kind},
                    {"name", object.name}};
  if (!object.namespace_name.empty()) {
    reference["namespace"] = object.namespace_name;
  }
  if (!object.uid.empty()) reference["uid"] = object.uid;
  return reference;
}

}  // namespace

std::optional<EventBook::Write> EventBook::Note(const EventNote& given,
                                                SteadyTime now, WallTime wall) {
  EventNote note = given;
  note.reason = Cut(note.reason, kMaxReason);
  note.message = Cut(note.message, kMaxNote);
  Event* event = Find(IdOf(note), note, wall);
  if (!event->name.empty() && now - event->created >= limits_.lifetime) {
    event->name.clear();
    event->count = 0;
    event->first = wall;
  }
  ++event->count;
  if (!Spend(note.object, now)) return std::nullopt;
  if (!event->name.empty()) return Count(*event, wall);
  event->created = now;
  return Create(event, wall);
}

std::optional<EventBook::Write> EventBook::Lost(const std::string& id,
                                                WallTime wall) {
  const auto found = events_.find(id);
  if (found == events_.end()) return std::nullopt;
  return Create(&*found->second, wall);
}

EventBook::Event* EventBook::Find(const std::string& id, const EventNote& note,
                                  WallTime wall) {
  const auto found = events_.find(id);
  if (found != events_.end()) {
    recent_.splice(recent_.begin(), recent_, found->second);
    return &recent_.front();
  }
  Event event;
  event.id = id;
  event.note = note;
  event.first = wall;
  recent_.push_front(std::move(event));
  events_[id] = recent_.begin();
  if (recent_.size() > limits_.most) {
    events_.erase(recent_.back().id);
    recent_.pop_back();
  }
  return &recent_.front();
}

bool EventBook::Spend(const EventObject& object, SteadyTime now) {
  const std::string id = IdOf(object);
  const auto found = budgets_.find(id);
  if (found != budgets_.end()) {
    spent_.splice(spent_.begin(), spent_, found->second);
  } else {
    spent_.push_front({id, limits_.per_minute, now});
    budgets_[id] = spent_.begin();
    if (spent_.size() > limits_.most) {
      budgets_.erase(spent_.back().object);
      spent_.pop_back();
    }
  }
  Budget& budget = spent_.front();
  const std::chrono::duration<double, std::ratio<60>> passed =
      now - budget.filled;
  budget.tokens = std::min(limits_.per_minute,
                           budget.tokens + passed.count() * limits_.per_minute);
  budget.filled = now;
  if (budget.tokens < 1) return false;
  budget.tokens -= 1;
  return true;
}

EventBook::Write EventBook::Create(Event* event, WallTime wall) {
  const EventNote& note = event->note;
  event->name = NameOf(note.object, wall, ++next_);
  const Json body = {
      {"apiVersion", "v1"},
      {"kind", "Event"},
      {"metadata",
       {{"namespace", NamespaceOf(note.object)}, {"name", event->name}}},
      {"involvedObject", ReferenceTo(note.object)},
      {"type", note.warning ? "Warning" : "Normal"},
      {"reason", note.reason},
      {"message", note.message},
      {"count", event->count},
      {"firstTimestamp", TimeText(event->first)},
      {"lastTimestamp", TimeText(wall)},
      {"source", {{"component", kFieldManager}}},
      {"reportingComponent", kFieldManager},
      {"reportingInstance", instance_}};
  Write write{event->id, CreateRequest(RefOf(note.object, ""), body)};
  write.request.priority = CallClass::kEvent;
  return write;
}

EventBook::Write EventBook::Count(const Event& event, WallTime wall) {
  Write write{event.id, MergePatchRequest(RefOf(event.note.object, event.name),
                                          {{"count", event.count},
                                           {"lastTimestamp", TimeText(wall)}})};
  write.request.priority = CallClass::kEvent;
  return write;
}

}  // namespace prewarm::kube
