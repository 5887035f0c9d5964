// More connections than there is room for.
#include <fcntl.h>
#include <unistd.h>

#include "tests/http_abuse/abuse_test.h"

namespace prewarm::http {
namespace {

TEST_F(AbuseTest, OverTheConnectionLimitIsA503) {
  ServerOptions options = Local();
  options.limits.connections = 2;
  Start(options);
  Client one = Connect();
  Client two = Connect();
  EXPECT_EQ(one.Get("/hello").body, "hello");
  EXPECT_EQ(two.Get("/hello").body, "hello");
  EXPECT_EQ(Connect().Read().status, 503);
  EXPECT_EQ(one.Get("/hello", "Connection: close\r\n").status, 200);
  EXPECT_EQ(one.ReadToEnd(), "");
  one.HangUp();
  while (Connect().Get("/hello").status != 200) std::this_thread::yield();
}

TEST_F(AbuseTest, WithoutFileDescriptorsClientsAreTurnedAwayAndLaterServed) {
  Start();
  Client before = Connect();
  EXPECT_EQ(before.Get("/hello").body, "hello");
  // All descriptors but the one that a client here needs itself.
  std::vector<int> taken;
  for (int fd = 0; (fd = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;) {
    taken.push_back(fd);
  }
  ASSERT_FALSE(taken.empty());
  close(taken.back());
  taken.pop_back();
  {
    Client turned_away = Connect();
    EXPECT_TRUE(turned_away.connected());
    EXPECT_EQ(turned_away.ReadToEnd(), "");
  }
  EXPECT_EQ(before.Get("/hello").body, "hello");
  for (const int fd : taken) close(fd);
  ExpectAlive();
}

}  // namespace
}  // namespace prewarm::http
