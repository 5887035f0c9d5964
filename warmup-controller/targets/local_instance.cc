#include "warmup-controller/targets/local_instance.h"

namespace prewarm {
namespace {

std::string Substituted(std::string text, const std::string& what,
                        const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

std::string SlotName(const LocalProcess& declared, int slot) {
  return declared.name + "-" + std::to_string(slot);
}

}  // namespace

std::string InstanceId(const LocalProcess& declared, int slot, int start) {
  return SlotName(declared, slot) + "." + std::to_string(start);
}

std::string InstanceUrl(const LocalProcess& declared, int port) {
  const bool bare_ipv6 = declared.host.find(':') != std::string::npos;
  const std::string host =
      bare_ipv6 ? "[" + declared.host + "]" : declared.host;
  return "http://" + host + ":" + std::to_string(port);
}

std::string InstanceLog(const LocalProcess& declared, int slot) {
  if (declared.log_directory.empty()) return "";
  return declared.log_directory + "/" + SlotName(declared, slot) + ".log";
}

ProcessStart InstanceStart(const LocalProcess& declared, int slot,
                           const std::vector<int>& ports) {
  ProcessStart start;
  start.environment = declared.environment;
  start.directory = declared.working_directory;
  start.log_file = InstanceLog(declared, slot);
  const std::string port = std::to_string(ports.front());
  const std::string admin_port = std::to_string(ports.back());
  start.command.reserve(declared.command.size());
  for (const std::string& argument : declared.command) {
    start.command.push_back(Substituted(Substituted(argument, "{port}", port),
                                        "{admin_port}", admin_port));
  }
  return start;
}

}  // namespace prewarm
