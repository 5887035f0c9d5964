#include "inference-server/quality/names.h"

#include <gtest/gtest.h>

namespace prewarm::quality {
namespace {

TEST(Names, OfLettersOfAnyLanguageStay) {
  for (const char* name : {"photo 1.jpg", "Müller.png", "写真.webp", "😀.png"}) {
    EXPECT_EQ(Printable(name), name);
  }
}

TEST(Names, CanNeitherMoveTheCursorNorTurnTheText) {
  EXPECT_EQ(Printable("a\x1b[2Jb\n\r\x7f.jpg"), "a?[2Jb???.jpg");
  EXPECT_EQ(Printable("a\xc2\x9b"
                      "b"),
            "a?b");  // U+009B, CSI
  EXPECT_EQ(Printable("gpj.\xe2\x80\xae"
                      "a"),
            "gpj.?a");  // U+202E
}

TEST(Names, AreValidUtf8WhateverTheBytes) {
  EXPECT_EQ(Printable("\xff\xfe"), "??");
  EXPECT_EQ(Printable("\xc0\xaf"), "??");         // overlong
  EXPECT_EQ(Printable("\xe0\x80\xaf"), "?");      // overlong
  EXPECT_EQ(Printable("\xed\xa0\x80"), "?");      // a surrogate
  EXPECT_EQ(Printable("\xf4\x90\x80\x80"), "?");  // beyond Unicode
  EXPECT_EQ(Printable("ab\xe5\x86"), "ab??");     // cut off
  EXPECT_EQ(Printable("\xe5"
                      "ab"),
            "?ab");  // not continued
}

TEST(Names, TooLongAreCutAtACharacter) {
  EXPECT_EQ(Fit("12345678", 8), "12345678");
  EXPECT_EQ(Fit("123456789", 8), "12345...");
  EXPECT_EQ(Fit("äöüäöüäöü", 8), "äöüäö...");
  EXPECT_EQ(Fit("", 8), "");
}

}  // namespace
}  // namespace prewarm::quality
