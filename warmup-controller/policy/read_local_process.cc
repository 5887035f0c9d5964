#include "warmup-controller/policy/read_local_process.h"

#include <arpa/inet.h>

#include <algorithm>

#include "common/base/utf8.h"
#include "warmup-controller/policy/field_values.h"
#include "warmup-controller/policy/limits.h"

namespace prewarm {
namespace {

Error Got(std::string_view text, const std::string& expected) {
  return MakeError(ErrorCode::kInvalidArgument,
                   "got " + Quoted(text) + ", expected " + expected);
}

bool HasNul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

Status CheckArgument(std::string_view text) {
  if (text.size() <= kMaxArgumentBytes && !HasNul(text)) return Ok{};
  return Got(text, "at most " + std::to_string(kMaxArgumentBytes) +
                       " bytes without NUL");
}

Status CheckPath(std::string_view text) {
  const bool plain = std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
  });
  if (plain && !text.empty() && text.size() <= kMaxArgumentBytes) return Ok{};
  return Got(text, "a path");
}

// No other names: to look one up could take long, and each port is tried.
Status CheckHost(std::string_view text) {
  const std::string host(text);
  in6_addr address{};
  if (host == "localhost" || inet_pton(AF_INET, host.c_str(), &address) == 1 ||
      inet_pton(AF_INET6, host.c_str(), &address) == 1) {
    return Ok{};
  }
  return Got(text, "an address of this machine such as 127.0.0.1 or ::1");
}

Status CheckVariable(std::string_view name) {
  const bool known = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_';
  });
  if (known && !name.empty() && name.size() <= kMaxVariableName &&
      !(name.front() >= '0' && name.front() <= '9')) {
    return Ok{};
  }
  return Got(name,
             "a variable's name: letters, digits and _, no digit in front");
}

std::vector<std::string> ReadCommand(const Field& field) {
  std::vector<std::string> command;
  const std::vector<Field> items = field.Items(kMaxArguments);
  command.reserve(items.size());
  bool has_port = false;
  for (const Field& item : items) {
    const auto text = ReadChecked(item, CheckArgument);
    has_port = has_port || !text || text->find("{port}") != std::string::npos;
    command.push_back(text.value_or(""));
  }
  const YamlNode& node = field.node();
  const bool no_list = node.kind != YamlNode::Kind::kList;
  if (no_list || node.items.size() > kMaxArguments) return command;
  if (items.empty() || (items.front().node().kind == YamlNode::Kind::kScalar &&
                        items.front().node().text.empty())) {
    field.Complain("names no program; its first item does");
  } else if (!has_port) {
    field.Complain("has no {port}: that is how the program is told its port");
  }
  return command;
}

void ReadPorts(const Field& field, LocalProcess* process) {
  Fields ports(field);
  const auto from = ports.Required("from");
  const auto to = ports.Required("to");
  ports.RefuseOthers();
  // 0: missing or wrong.
  const int first = from ? from->Whole(kFirstPort, kLastPort).value_or(0) : 0;
  const int last = to ? to->Whole(kFirstPort, kLastPort).value_or(0) : 0;
  if (first == 0 || last == 0) return;
  process->first_port = first;
  process->last_port = last;
  if (last < first) {
    to->Expected("at least from, which is " + std::to_string(first));
  } else if (process->most_instances() == 0) {
    to->Expected("more than from: {admin_port} is a second port");
  }
}

void ReadEnvironment(const Field& field, LocalProcess* process) {
  Fields fields(field);
  const std::vector<YamlEntry>& entries = field.node().entries;
  if (entries.size() > kMaxVariables) {
    field.Complain("got " + std::to_string(entries.size()) +
                   " variables, expected at most " +
                   std::to_string(kMaxVariables));
    return;
  }
  for (const YamlEntry& entry : entries) {
    const Status name = CheckVariable(entry.key);
    if (!name.ok()) {
      field.errors()->Add(entry.place, YamlPath(field.path(), entry.key),
                          name.error().message);
      continue;
    }
    const auto value = fields.Find(entry.key);
    const auto text = value ? value->Text() : std::optional<std::string>();
    if (!text) continue;
    if (HasNul(*text)) {
      value->Expected("text without NUL");
      continue;
    }
    process->environment.emplace_back(entry.key, *text);
  }
}

void ReadPath(Fields* spec, const std::string& key, std::string* path) {
  if (const auto field = spec->Find(key)) {
    *path = ReadChecked(*field, CheckPath).value_or("");
  }
}

}  // namespace

LocalProcess ReadLocalProcess(const Field& spec) {
  LocalProcess process;
  Fields fields(spec);
  if (const auto command = fields.Required("command")) {
    process.command = ReadCommand(*command);
  }
  if (const auto ports = fields.Required("ports")) ReadPorts(*ports, &process);
  if (const auto env = fields.Find("env")) ReadEnvironment(*env, &process);
  if (const auto host = fields.Find("host")) {
    process.host = ReadChecked(*host, CheckHost).value_or(process.host);
  }
  ReadPath(&fields, "workingDirectory", &process.working_directory);
  ReadPath(&fields, "logDirectory", &process.log_directory);
  ReadSeconds(&fields, "stopTimeout", kStopTimeout, &process.stop_timeout);
  fields.RefuseOthers();
  return process;
}

}  // namespace prewarm
