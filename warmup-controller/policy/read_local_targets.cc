#include "warmup-controller/policy/read_local_targets.h"

#include <algorithm>
#include <set>

#include "common/base/utf8.h"
#include "warmup-controller/policy/field_values.h"
#include "warmup-controller/policy/limits.h"
#include "warmup-controller/policy/names.h"

namespace prewarm {
namespace {

constexpr char kAdminPort[] = "{admin_port}";

Error Got(std::string_view text, const std::string& expected) {
  return MakeError(ErrorCode::kInvalidArgument,
                   "got " + Quoted(text) + ", expected " + expected);
}

bool HasControls(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return c < ' ' || c == 0x7f; });
}

Status CheckArgument(std::string_view text) {
  if (!text.empty() && text.size() <= kMaxArgumentBytes &&
      text.find('\0') == std::string_view::npos) {
    return Ok{};
  }
  return Got(text, "1 to 4096 bytes");
}

Status CheckPath(std::string_view text) {
  if (!text.empty() && text.size() <= kMaxArgumentBytes && !HasControls(text)) {
    return Ok{};
  }
  return Got(text, "a path");
}

// Of IPv4 or IPv6, or a name; the brackets of IPv6 are added where needed.
Status CheckHost(std::string_view text) {
  constexpr std::size_t kMost = 253;
  const bool known = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '.' || c == ':' || c == '-';
  });
  if (known && !text.empty() && text.size() <= kMost) return Ok{};
  return Got(text, "an address or a name, as 127.0.0.1");
}

Status CheckVariable(std::string_view name) {
  constexpr std::size_t kMost = 128;
  const bool known = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_';
  });
  if (known && !name.empty() && name.size() <= kMost &&
      !(name.front() >= '0' && name.front() <= '9')) {
    return Ok{};
  }
  return Got(name, "letters, digits and _, not a digit first");
}

// A base that paths are added to.
Status CheckBaseUrl(std::string_view url) {
  constexpr std::size_t kMost = 2048;
  const std::string expected =
      "http://HOST[:PORT] or https://HOST[:PORT], perhaps with a path";
  std::string_view rest = url;
  if (rest.substr(0, 7) == "http://") {
    rest.remove_prefix(7);
  } else if (rest.substr(0, 8) == "https://") {
    rest.remove_prefix(8);
  } else {
    return Got(url, expected);
  }
  const std::string_view authority = rest.substr(0, rest.find('/'));
  if (authority.empty() || authority.front() == ':' || url.size() > kMost) {
    return Got(url, expected);
  }
  const bool plain = std::all_of(url.begin(), url.end(), [](char c) {
    return c > ' ' && c <= '~' && c != '?' && c != '#' && c != '@' &&
           c != '\\' && c != '"';
  });
  if (!plain) return Got(url, expected + ", without user, query or fragment");
  if (url.back() == '/') return Got(url, "no / at its end");
  return Ok{};
}

void ReadCommand(const Field& field, std::vector<std::string>* command) {
  const auto items = field.Items(kMaxArguments);
  for (const Field& item : items) {
    if (const auto text = ReadChecked(item, CheckArgument)) {
      command->push_back(*text);
    }
  }
  if (items.empty()) {
    if (field.node().kind == YamlNode::Kind::kList &&
        field.node().items.empty()) {
      field.Complain("is empty; its first item is the program");
    }
    return;
  }
  const bool has_port = std::any_of(
      command->begin(), command->end(), [](const std::string& text) {
        return text.find("{port}") != std::string::npos;
      });
  if (!has_port && command->size() == items.size()) {
    field.Complain("has no {port}: the program is told its port that way");
  }
}

void ReadPorts(const Field& field, LocalProcess* process) {
  constexpr int kFirst = 1024;
  constexpr int kLast = 65535;
  Fields ports(field);
  const auto from = ports.Required("from");
  const auto to = ports.Required("to");
  ports.RefuseOthers();
  // 0: missing or wrong.
  int& first = process->first_port;
  int& last = process->last_port;
  if (from) first = from->Whole(kFirst, kLast).value_or(0);
  if (to) last = to->Whole(kFirst, kLast).value_or(0);
  if (first > 0 && last > 0 && last < first) {
    to->Expected("at least from, which is " + std::to_string(first));
  }
}

void ReadEnvironment(const Field& field, LocalProcess* process) {
  if (field.node().kind != YamlNode::Kind::kMapping) {
    field.Expected("a mapping of names to texts");
    return;
  }
  if (field.node().entries.size() > kMaxArguments) {
    field.Expected("at most 256 variables");
    return;
  }
  Fields fields(field);
  for (const YamlEntry& entry : field.node().entries) {
    const Status name = CheckVariable(entry.key);
    if (!name.ok()) {
      field.errors()->Add(entry.place, YamlPath(field.path(), entry.key),
                          name.error().message);
      continue;
    }
    const auto value = fields.Find(entry.key);
    if (!value) continue;
    // An empty text is one.
    const auto text = value->node().kind == YamlNode::Kind::kNull
                          ? std::optional<std::string>("")
                          : value->Text();
    if (text && text->find('\0') == std::string::npos) {
      process->environment.emplace_back(entry.key, *text);
    } else if (text) {
      value->Expected("text without NUL");
    }
  }
}

void ReadPath(Fields* spec, const std::string& key, std::string* path) {
  if (const auto field = spec->Find(key)) {
    *path = ReadChecked(*field, CheckPath).value_or("");
  }
}

void ReadUrls(const Field& field, std::vector<std::string>* urls) {
  std::set<std::string> seen;
  for (const Field& item : field.Items(kMaxUrls)) {
    const auto url = ReadChecked(item, CheckBaseUrl);
    if (!url) continue;
    if (!seen.insert(*url).second) {
      item.Complain("got " + Quoted(*url) + ", which is there already");
      continue;
    }
    urls->push_back(*url);
  }
  if (field.node().kind == YamlNode::Kind::kList &&
      field.node().items.empty()) {
    field.Complain("is empty; expected 1 to 1000 URLs");
  }
}

}  // namespace

bool LocalProcess::has_admin_port() const {
  return std::any_of(command.begin(), command.end(),
                     [](const std::string& text) {
                       return text.find(kAdminPort) != std::string::npos;
                     });
}

int LocalProcess::most_instances() const {
  return (last_port - first_port + 1) / (has_admin_port() ? 2 : 1);
}

Metadata ReadMetadata(const Field& field) {
  Metadata read;
  Fields fields(field);
  if (const auto name = fields.Required("name")) {
    read.name = ReadChecked(*name, CheckSubdomainName).value_or("");
    read.name_place = name->place();
  }
  if (const auto space = fields.Find("namespace")) {
    read.namespace_name = ReadChecked(*space, CheckLabelName).value_or("");
  }
  // What kubectl and the API server write there.
  fields.Ignore({"labels", "annotations", "uid", "resourceVersion",
                 "generation", "creationTimestamp", "deletionTimestamp",
                 "deletionGracePeriodSeconds", "finalizers", "generateName",
                 "managedFields", "ownerReferences", "selfLink"});
  fields.RefuseOthers();
  return read;
}

LocalProcess ReadLocalProcess(const Field& field) {
  LocalProcess process;
  Fields spec(field);
  if (const auto command = spec.Required("command")) {
    ReadCommand(*command, &process.command);
  }
  if (const auto ports = spec.Required("ports")) ReadPorts(*ports, &process);
  if (const auto env = spec.Find("env")) ReadEnvironment(*env, &process);
  if (const auto host = spec.Find("host")) {
    process.host = ReadChecked(*host, CheckHost).value_or(process.host);
  }
  ReadPath(&spec, "workingDirectory", &process.working_directory);
  ReadPath(&spec, "logDirectory", &process.log_directory);
  ReadSeconds(&spec, "stopTimeout", kStopTimeout, &process.stop_timeout);
  spec.RefuseOthers();
  return process;
}

FixedUrls ReadFixedUrls(const Field& field) {
  FixedUrls fixed;
  Fields spec(field);
  if (const auto urls = spec.Required("urls")) ReadUrls(*urls, &fixed.urls);
  if (const auto urls = spec.Find("adminUrls")) {
    ReadUrls(*urls, &fixed.admin_urls);
    if (fixed.admin_urls.size() != fixed.urls.size()) {
      urls->Expected("as many as urls, which are " +
                     std::to_string(fixed.urls.size()));
    }
  }
  spec.RefuseOthers();
  return fixed;
}

}  // namespace prewarm
