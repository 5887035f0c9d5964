// A client that can misbehave: raw bytes over a TCP connection to 127.0.0.1.
// It waits at most 30 s for anything, so that a hang is a failure.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

namespace prewarm::http {

struct Reply {
  int status = 0;  // 0: the connection ended instead
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

class Client {
 public:
  explicit Client(int port, int receive_buffer = 0);
  ~Client();
  Client(Client&& other) noexcept;
  Client& operator=(Client&&) = delete;

  bool connected() const { return connected_; }
  // False once the server has cut the connection off.
  bool Send(std::string_view bytes);
  // Whether there is something to read, be it the end.
  bool Readable(
      std::chrono::milliseconds within = std::chrono::milliseconds(0)) const;
  void EndSending();
  void HangUp();
  // Hangs up so that the server sees an error, not an end.
  void Reset();

  // The next reply; to a HEAD there is no body.
  Reply Read(bool head = false);
  Reply Get(const std::string& path, const std::string& headers = "");
  // Exactly this many bytes, or fewer at the end.
  std::string ReadBytes(std::size_t count);
  // Up to and with `mark`, or all there is.
  std::string ReadUntil(std::string_view mark);
  std::string ReadToEnd();

 private:
  bool Fill();

  int fd_;
  bool connected_ = false;
  std::string buffer_;
};

}  // namespace prewarm::http
