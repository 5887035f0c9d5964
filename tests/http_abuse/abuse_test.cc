#include "tests/http_abuse/abuse_test.h"

#include <chrono>
#include <stdexcept>
#include <utility>

namespace prewarm::http {
namespace {

constexpr std::chrono::seconds kPatience{30};

}  // namespace

Hand::~Hand() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Hand::Do(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
  }
  wake_.notify_all();
}

void Hand::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stop_ || !work_.empty(); });
    if (work_.empty()) return;
    auto work = std::move(work_.front());
    work_.pop_front();
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
  }
}

Response Text(std::string body) {
  Response response;
  response.content_type = "text/plain";
  response.body = std::move(body);
  return response;
}

std::string PostHead(const std::string& path, const std::string& length,
                     const std::string& more) {
  return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + length +
         "\r\n" + more + "\r\n";
}

std::string GetText(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

AbuseTest::AbuseTest() = default;

AbuseTest::~AbuseTest() {
  server_.reset();
  hand_.reset();
}

ServerOptions AbuseTest::Local() {
  ServerOptions options;
  options.host = "127.0.0.1";
  options.port = 0;
  return options;
}

void AbuseTest::Start(const ServerOptions& options) {
  auto started = Server::Start(options, MakeRouter());
  ASSERT_TRUE(started.ok()) << started.error().message;
  server_ = std::move(*started);
}

std::shared_ptr<Router> AbuseTest::MakeRouter() {
  auto router = std::make_shared<Router>();
  router->Add("GET", "/hello", [](const Request&, const ResponderPtr& r) {
    r->Send(Text("hello"));
  });
  router->Add(
      "GET", "/echo", [this](const Request& request, const ResponderPtr& r) {
        const auto it = request.query.find("text");
        const std::string text = it == request.query.end() ? "" : it->second;
        hand_->Do([r, text] { r->Send(Text(text)); });
      });
  router->Add("POST", "/length",
              [](const Request& request, const ResponderPtr& r) {
                r->Send(Text(std::to_string(request.body.size())));
              });
  router->Add("GET", "/big", [](const Request& request, const ResponderPtr& r) {
    const auto mib = std::stoul(request.query.find("mib")->second);
    r->Send(Text(std::string(mib << 20, 'b')));
  });
  router->Add("GET", "/held", [this](const Request&, const ResponderPtr& r) {
    const std::lock_guard lock(mutex_);
    held_.push_back(r);
    changed_.notify_all();
  });
  router->Add("GET", "/events", [this](const Request&, const ResponderPtr& r) {
    auto stream = r->StartEvents();
    r->OnClientGone([this] {
      const std::lock_guard lock(mutex_);
      ++left_streams_;
      changed_.notify_all();
    });
    const std::lock_guard lock(mutex_);
    streams_.push_back(std::move(stream));
    changed_.notify_all();
  });
  router->Add("GET", "/throws", [](const Request&, const ResponderPtr&) {
    throw std::runtime_error("secret detail");
  });
  router->Add("GET", "/dropped", [](const Request&, const ResponderPtr&) {});
  return router;
}

void AbuseTest::WaitForHeld(std::size_t count) {
  std::unique_lock lock(mutex_);
  ASSERT_TRUE(changed_.wait_for(lock, kPatience,
                                [&] { return held_.size() >= count; }));
}

void AbuseTest::WaitForStreams(std::size_t count) {
  std::unique_lock lock(mutex_);
  ASSERT_TRUE(changed_.wait_for(lock, kPatience,
                                [&] { return streams_.size() >= count; }));
}

void AbuseTest::WaitForLeftStreams(int count) {
  std::unique_lock lock(mutex_);
  ASSERT_TRUE(changed_.wait_for(lock, kPatience,
                                [&] { return left_streams_ >= count; }));
}

std::vector<ResponderPtr> AbuseTest::TakeHeld() {
  const std::lock_guard lock(mutex_);
  return std::exchange(held_, {});
}

std::vector<std::shared_ptr<EventStream>> AbuseTest::TakeStreams() {
  const std::lock_guard lock(mutex_);
  return std::exchange(streams_, {});
}

void AbuseTest::ExpectAlive() const {
  EXPECT_EQ(Connect().Get("/hello").body, "hello");
}

}  // namespace prewarm::http
