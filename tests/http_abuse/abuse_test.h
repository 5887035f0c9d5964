// The server under attack: a real one, with a router small enough to know
// every answer beforehand.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/http/http.h"
#include "tests/http_abuse/client.h"

namespace prewarm::http {

// One thread that does what it is given, in order; joined at the end.
class Hand {
 public:
  Hand() : thread_([this] { Run(); }) {}
  ~Hand();
  void Do(std::function<void()> work);

 private:
  void Run();
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> work_;
  bool stop_ = false;
  std::thread thread_;
};

// Routes: GET /hello; GET /echo?text= (answered from another thread);
// POST /length; GET /big?mib=; GET /held (answered by the test); GET /events
// (streams that the test holds); GET /throws; GET /dropped.
class AbuseTest : public testing::Test {
 protected:
  AbuseTest();
  // Stops what is left of the server before what its handlers use.
  ~AbuseTest() override;

  static ServerOptions Local();
  void Start(const ServerOptions& options = Local());
  int port() const { return server_->port(); }
  Client Connect() const { return Client(port()); }
  // Waits until the test holds this many requests or streams.
  void WaitForHeld(std::size_t count);
  void WaitForStreams(std::size_t count);
  // Waits until this many streams were reported to have lost their client.
  void WaitForLeftStreams(int count);
  std::vector<ResponderPtr> TakeHeld();
  std::vector<std::shared_ptr<EventStream>> TakeStreams();
  // A new client is answered.
  void ExpectAlive() const;

  std::unique_ptr<Hand> hand_ = std::make_unique<Hand>();
  std::unique_ptr<Server> server_;

 private:
  std::shared_ptr<Router> MakeRouter();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<ResponderPtr> held_;
  std::vector<std::shared_ptr<EventStream>> streams_;
  int left_streams_ = 0;
};

Response Text(std::string body);
std::string PostHead(const std::string& path, const std::string& length,
                     const std::string& more = "");
std::string GetText(const std::string& path);

}  // namespace prewarm::http
