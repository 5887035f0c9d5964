// What local mode scales, as its author declared it (docs/policies.md).
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace prewarm {

// Processes of this machine. `{port}` and `{admin_port}` in the command stand
// for ports of the range.
struct LocalProcess {
  std::string namespace_name = "default";
  std::string name;
  std::string source;  // the file that declares it, as it was named
  std::vector<std::string> command;
  std::string host = "127.0.0.1";
  int first_port = 0;
  int last_port = 0;  // belongs to the range
  std::vector<std::pair<std::string, std::string>> environment;
  // "" is the controller's; relative paths begin at the file's folder.
  std::string working_directory;
  // One file for each place, appended to; "" is the controller's stderr.
  std::string log_directory;
  std::chrono::seconds stop_timeout{30};

  bool has_admin_port() const;
  // Ports that one instance takes.
  int ports_each() const { return has_admin_port() ? 2 : 1; }
  // Instances that the range has ports for.
  int most_instances() const;
};

// Servers that somebody else runs.
struct FixedUrls {
  std::string namespace_name = "default";
  std::string name;
  std::string source;
  std::vector<std::string> urls;
  std::vector<std::string> admin_urls;  // as many, or none
};

}  // namespace prewarm
