#include "inference-server/api/process_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prewarm {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Pairs = std::vector<std::pair<std::string, std::string>>;

http::Request Raw(const Pairs& query) {
  http::Request request;
  request.headers["content-type"] = "image/png";
  request.body = "picture";
  for (const auto& each : query) request.query.insert(each);
  return request;
}

http::Request Form(const Pairs& fields, const std::string& boundary = "b") {
  http::Request request;
  request.headers["content-type"] = "multipart/form-data; boundary=" + boundary;
  for (const auto& [name, value] : fields) {
    const bool file =
        name == "image" || name == "background" || name == "picture";
    request.body.append("--").append(boundary);
    request.body.append("\r\nContent-Disposition: form-data; name=\"");
    request.body.append(name).append(file ? "\"; filename=\"f\"" : "\"");
    request.body.append("\r\n\r\n").append(value).append("\r\n");
  }
  request.body += "--" + boundary + "--\r\n";
  return request;
}

ProcessOptions Good(const Pairs& query) {
  const http::Request request = Raw(query);
  const auto input = ParseProcessRequest(request, 30);
  EXPECT_TRUE(input.ok()) << input.error().message;
  return input.ok() ? input->options : ProcessOptions{};
}

// The field a refusal names; its message holds the value or the fix.
std::string BadField(const http::Request& request) {
  const auto input = ParseProcessRequest(request, 30);
  EXPECT_FALSE(input.ok());
  if (input.ok()) return "accepted";
  EXPECT_EQ(input.error().code, ErrorCode::kInvalidArgument);
  EXPECT_FALSE(input.error().message.empty());
  return input.error().field;
}

TEST(ProcessOptions, EveryOptionIsRead) {
  const ProcessOptions o = Good({{"mode", "fast"},
                                 {"resize", "static"},
                                 {"output", "#102030"},
                                 {"reverse", "true"},
                                 {"threshold", "0.25"},
                                 {"crop", "1"},
                                 {"crop_margin", "0.1"},
                                 {"format", "jpeg"},
                                 {"quality", "77"},
                                 {"foreground", "plain"},
                                 {"max_wait", "2.5"}});
  EXPECT_EQ(o.mode, Mode::kFast);
  EXPECT_EQ(o.compose.kind, OutputKind::kColor);
  EXPECT_EQ(o.compose.color, (std::array<std::uint8_t, 3>{16, 32, 48}));
  EXPECT_TRUE(o.compose.reverse);
  EXPECT_EQ(o.compose.threshold, 0.25);
  EXPECT_TRUE(o.compose.crop);
  EXPECT_EQ(o.compose.crop_margin, 0.1);
  EXPECT_EQ(o.encode.format, OutputFormat::kJpeg);
  EXPECT_EQ(o.encode.quality, 77);
  EXPECT_FALSE(o.compose.estimate_foreground);
  EXPECT_EQ(o.max_wait_seconds, 2.5);
}

TEST(ProcessOptions, DefaultsAreThoseOfTheDescription) {
  const ProcessOptions o = Good({});
  EXPECT_FALSE(o.mode.has_value());
  EXPECT_EQ(o.compose.kind, OutputKind::kRgba);
  EXPECT_FALSE(o.compose.reverse || o.compose.crop);
  EXPECT_FALSE(o.compose.threshold.has_value());
  EXPECT_TRUE(o.compose.estimate_foreground);
  EXPECT_EQ(o.encode.format, OutputFormat::kPng);
  EXPECT_EQ(o.encode.quality, 90);
  EXPECT_EQ(o.max_wait_seconds, 30);
}

TEST(ProcessOptions, BadValuesNameTheirOption) {
  const Pairs bad = {
      {"mode", "Fast"},       {"mode", ""},           {"resize", "Dynamic"},
      {"output", "#12345"},   {"output", "#gggggg"},  {"output", "reddish"},
      {"output", ""},         {"reverse", "yes"},     {"reverse", ""},
      {"threshold", "NaN"},   {"threshold", "nan"},   {"threshold", "inf"},
      {"threshold", "-0.1"},  {"threshold", "1.01"},  {"threshold", "0.5x"},
      {"threshold", "0x1p0"}, {"threshold", " 0.5"},  {"threshold", "1e400"},
      {"crop", "2"},          {"crop_margin", "NaN"}, {"crop_margin", "2"},
      {"format", "bmp"},      {"format", "PNG "},     {"quality", "0"},
      {"quality", "101"},     {"quality", "9.5"},     {"quality", "nan"},
      {"foreground", "x"},    {"max_wait", "soon"},   {"max_wait", "-1"},
      {"max_wait", "31"},     {"max_wait", "nan"}};
  for (const auto& [name, value] : bad) {
    EXPECT_EQ(BadField(Raw({{name, value}})), name) << name << "=" << value;
    EXPECT_EQ(BadField(Form({{"image", "p"}, {name, value}})), name)
        << name << "=" << value;
  }
}

TEST(ProcessOptions, UnknownOptionIsNamedWithTheKnownOnes) {
  const auto input = ParseProcessRequest(Raw({{"colour", "red"}}), 30);
  ASSERT_FALSE(input.ok());
  EXPECT_EQ(input.error().field, "colour");
  EXPECT_THAT(input.error().message, HasSubstr("threshold"));
  EXPECT_EQ(BadField(Form({{"image", "p"}, {"colour", "red"}})), "colour");
}

TEST(ProcessOptions, LongNamesAndValuesDoNotComeBackWhole) {
  const auto input =
      ParseProcessRequest(Raw({{std::string(5000, 'n'), "x"}}), 30);
  EXPECT_LT(input.error().message.size(), 400U);
  const auto value =
      ParseProcessRequest(Raw({{"mode", std::string(5000, 'v')}}), 30);
  EXPECT_LT(value.error().message.size(), 400U);
}

TEST(ProcessOptions, GivenTwiceIsRefusedWhereverItStands) {
  EXPECT_EQ(BadField(Raw({{"crop", "1"}, {"crop", "0"}})), "crop");
  EXPECT_EQ(BadField(Form({{"crop", "1"}, {"crop", "0"}, {"image", "p"}})),
            "crop");
  http::Request both = Form({{"image", "p"}, {"crop", "1"}});
  both.query.insert({"crop", "1"});
  EXPECT_EQ(BadField(both), "crop");
}

TEST(ProcessOptions, OneImageInTheRightField) {
  EXPECT_EQ(BadField(Form({{"output", "mask"}})), "image");
  EXPECT_EQ(BadField(Form({{"image", "p"}, {"image", "q"}})), "image");
  EXPECT_EQ(BadField(Form({{"picture", "p"}})), "picture");
  http::Request empty = Raw({});
  empty.body.clear();
  EXPECT_EQ(BadField(empty), "image");
}

TEST(ProcessOptions, TextIsAnUnsupportedBody) {
  http::Request text = Raw({});
  text.headers["content-type"] = "application/json";
  const auto input = ParseProcessRequest(text, 30);
  ASSERT_FALSE(input.ok());
  EXPECT_EQ(input.error().code, ErrorCode::kUnsupported);
}

TEST(ProcessOptions, BackgroundFileMeansOutputImage) {
  const http::Request request = Form({{"image", "p"}, {"background", "q"}});
  const auto input = ParseProcessRequest(request, 30);
  ASSERT_TRUE(input.ok());
  EXPECT_EQ(input->background, "q");
  EXPECT_EQ(input->options.compose.kind, OutputKind::kBackground);
  EXPECT_EQ(BadField(Form({{"image", "p"}, {"output", "image"}})),
            "background");
  EXPECT_EQ(
      BadField(Form({{"image", "p"}, {"output", "mask"}, {"background", "q"}})),
      "background");
  EXPECT_EQ(BadField(Raw({{"background", "x"}})), "background");
}

TEST(ProcessOptions, JpegNeedsABackground) {
  EXPECT_EQ(BadField(Raw({{"format", "jpeg"}})), "format");
  EXPECT_EQ(Good({{"format", "jpg"}, {"output", "white"}}).encode.format,
            OutputFormat::kJpeg);
}

WarmStatus ServerOf(const std::vector<std::optional<Mode>>& modes) {
  WarmStatus status;
  for (const auto& mode : modes) {
    status.models.emplace_back();
    status.models.back().model = mode ? ModeName(*mode) : "unread";
    status.models.back().mode = mode;
  }
  return status;
}

std::string Answering(const std::vector<std::optional<Mode>>& modes,
                      std::optional<Mode> asked) {
  const auto model = ModelFor(ServerOf(modes), asked);
  if (model.ok()) return model->model;
  EXPECT_EQ(model.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(model.error().field, "mode");
  return model.error().message;
}

TEST(ModelFor, ModeThatIsServedIsAnsweredByItsModelAndBaseIsTheDefault) {
  EXPECT_EQ(Answering({Mode::kBase, Mode::kFast}, Mode::kBase), "base");
  EXPECT_EQ(Answering({Mode::kBase, Mode::kFast}, Mode::kFast), "fast");
  EXPECT_EQ(Answering({Mode::kBase, Mode::kFast}, {}), "base");
  EXPECT_EQ(Answering({Mode::kFast}, {}), "fast");
}

TEST(ModelFor, ModeThatIsNotServedIsRefusedWithTheOneThatIsAndTheFix) {
  EXPECT_THAT(Answering({Mode::kBase}, Mode::kFast),
              AllOf(HasSubstr("mode=\"fast\": expected base"),
                    HasSubstr("--fast-model")));
  EXPECT_THAT(Answering({Mode::kFast}, Mode::kBase),
              AllOf(HasSubstr("mode=\"base\": expected fast"),
                    HasSubstr("leave mode out")));
}

// A server that has not read its only model's manifest can't refuse yet.
TEST(ModelFor, ModelOfUnknownModeMayAnswerAny) {
  EXPECT_EQ(Answering({std::nullopt}, Mode::kFast), "unread");
  EXPECT_EQ(Answering({std::nullopt}, Mode::kBase), "unread");
}

TEST(Fingerprint, IsTheSameForAFormSentAgainWithAnotherBoundary) {
  const auto print = [](const http::Request& request) {
    const auto input = ParseProcessRequest(request, 30);
    EXPECT_TRUE(input.ok());
    return input.ok() ? Fingerprint(*input) : "";
  };
  const Pairs fields = {{"image", "p"}, {"output", "mask"}};
  const std::string first = print(Form(fields, "one"));
  EXPECT_EQ(first, print(Form(fields, "two")));
  EXPECT_NE(first, print(Form({{"image", "q"}, {"output", "mask"}})));
  EXPECT_NE(first, print(Form({{"image", "p"}, {"output", "white"}})));
  EXPECT_NE(first, print(Form({{"image", "p"}})));
}

TEST(Fingerprint, TellsAPictureFromJson) {
  http::Request request = Raw({});
  const auto print = [&](const char* accept) {
    request.headers["accept"] = accept;
    return Fingerprint(*ParseProcessRequest(request, 30));
  };
  EXPECT_NE(print("application/json"), print("image/png"));
  EXPECT_EQ(print("*/*"), print("image/png"));
}

// By the type of the format that was asked for.
TEST(ProcessRequest, JsonIsRepliedToThoseWhoPreferItToTheFormat) {
  http::Request request = Raw({{"format", "webp"}});
  request.headers["accept"] = "application/json, image/png";
  EXPECT_TRUE(ParseProcessRequest(request, 30)->json_reply);
  request.headers["accept"] = "application/json, image/webp";
  EXPECT_FALSE(ParseProcessRequest(request, 30)->json_reply);
}

}  // namespace
}  // namespace prewarm
