#include "common/access/client_address.h"

#include <gtest/gtest.h>

namespace prewarm {
namespace {

std::vector<Cidr> Trusted(const std::vector<std::string>& texts) {
  std::vector<Cidr> all;
  for (const std::string& text : texts) {
    auto cidr = ParseCidr(text);
    EXPECT_TRUE(cidr.ok()) << text;
    if (cidr.ok()) all.push_back(*cidr);
  }
  return all;
}

TEST(ClientAddress, HeaderOfAStrangerIsIgnored) {
  EXPECT_EQ(ClientAddress("203.0.113.9", "198.51.100.1", {}), "203.0.113.9");
  EXPECT_EQ(
      ClientAddress("203.0.113.9", "198.51.100.1", Trusted({"10.0.0.0/8"})),
      "203.0.113.9");
}

TEST(ClientAddress, TrustedProxyTellsTheVisitor) {
  EXPECT_EQ(ClientAddress("10.1.2.3", "198.51.100.1", Trusted({"10.0.0.0/8"})),
            "198.51.100.1");
}

TEST(ClientAddress, WhatAVisitorPutInFrontIsNotBelieved) {
  EXPECT_EQ(ClientAddress("10.1.2.3", "1.1.1.1, 198.51.100.1",
                          Trusted({"10.0.0.0/8"})),
            "198.51.100.1");
}

TEST(ClientAddress, ChainOfTrustedProxiesIsFollowed) {
  EXPECT_EQ(ClientAddress("10.1.2.3", "198.51.100.1 , 10.9.9.9,10.8.8.8",
                          Trusted({"10.0.0.0/8"})),
            "198.51.100.1");
}

TEST(ClientAddress, MalformedEntryStopsAtTheProxy) {
  const auto trusted = Trusted({"10.0.0.0/8"});
  for (const char* forged :
       {"unknown", "", ",", "198.51.100.1.5", "198.51.100.1:80", "300.1.1.1",
        "1.1.1.1,", " , "}) {
    EXPECT_EQ(ClientAddress("10.1.2.3", forged, trusted), "10.1.2.3") << forged;
  }
}

TEST(ClientAddress, Ipv6ProxiesAndVisitors) {
  const auto trusted = Trusted({"fd00::/8"});
  EXPECT_EQ(ClientAddress("fd12::1", "2001:db8::7", trusted), "2001:db8::7");
  EXPECT_EQ(ClientAddress("fd12::1", "[2001:db8::7]", trusted),
            "[2001:db8::7]");
  EXPECT_EQ(ClientAddress("fe80::1", "2001:db8::7", trusted), "fe80::1");
}

TEST(ClientAddress, MappedIpv4IsTheSameAddress) {
  EXPECT_EQ(
      ClientAddress("::ffff:10.1.2.3", "198.51.100.1", Trusted({"10.0.0.0/8"})),
      "198.51.100.1");
}

TEST(RateKey, Ipv6IsCountedByItsSlash64) {
  EXPECT_EQ(RateKey("2001:db8:1:2::1"), RateKey("2001:db8:1:2:ffff::9"));
  EXPECT_NE(RateKey("2001:db8:1:2::1"), RateKey("2001:db8:1:3::1"));
}

TEST(RateKey, Ipv4IsCountedByItself) {
  EXPECT_EQ(RateKey("10.0.0.1"), RateKey("::ffff:10.0.0.1"));
  EXPECT_NE(RateKey("10.0.0.1"), RateKey("10.0.0.2"));
}

TEST(Cidr, MalformedBlocksAreNamed) {
  for (const char* text :
       {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "fd00::/129",
        "example.com", "10.0.0/8", "/8", "10.0.0.0/-1", "10.0.0.0/0008"}) {
    const auto cidr = ParseCidr(text);
    ASSERT_FALSE(cidr.ok()) << text;
    EXPECT_NE(cidr.error().message.find(text), std::string::npos);
  }
}

TEST(Cidr, PrefixCutsInTheMiddleOfAByte) {
  const auto trusted = Trusted({"10.128.0.0/9"});
  EXPECT_EQ(ClientAddress("10.129.0.1", "1.1.1.1", trusted), "1.1.1.1");
  EXPECT_EQ(ClientAddress("10.127.0.1", "1.1.1.1", trusted), "10.127.0.1");
}

TEST(Loopback, IsRecognisedInAllItsForms) {
  for (const char* own :
       {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(IsLoopback(own)) << own;
  }
  for (const char* other : {"128.0.0.1", "::2", "", "localhost", "10.0.0.1"}) {
    EXPECT_FALSE(IsLoopback(other)) << other;
  }
}

}  // namespace
}  // namespace prewarm
