// prewarm-decode-heif CPU_SECONDS ADDRESS_BYTES MAX_PIXELS: one HEIC or AVIF
// file from stdin to pixels on stdout (protocol.h), in a sandbox. Started by
// the server for each such picture, so that a flaw in these large decoders
// costs one request and not the process.
#include <libheif/heif.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "inference-server/imaging/heif_helper/protocol.h"
#include "inference-server/imaging/heif_helper/sandbox.h"

namespace prewarm {
namespace {

constexpr int kSetupFailed = 3;
constexpr int kPipeFailed = 4;
constexpr int kMaxDecodingThreads = 4;

struct ContextDeleter {
  void operator()(heif_context* c) const { heif_context_free(c); }
};
struct HandleDeleter {
  void operator()(heif_image_handle* h) const { heif_image_handle_release(h); }
};
struct ImageDeleter {
  void operator()(heif_image* i) const { heif_image_release(i); }
};
struct OptionsDeleter {
  void operator()(heif_decoding_options* o) const {
    heif_decoding_options_free(o);
  }
};
struct NclxDeleter {
  void operator()(heif_color_profile_nclx* n) const {
    heif_nclx_color_profile_free(n);
  }
};

std::vector<char> ReadAll() {
  std::vector<char> data;
  std::size_t used = 0;
  for (;;) {
    if (used == data.size()) {
      data.resize(std::max<std::size_t>(1 << 20, used * 2));
    }
    const ssize_t got =
        read(STDIN_FILENO, data.data() + used, data.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    used += static_cast<std::size_t>(got);
  }
  data.resize(used);
  return data;
}

void WriteAll(const void* from, std::size_t size) {
  const char* at = static_cast<const char*>(from);
  while (size > 0) {
    const ssize_t put = write(STDOUT_FILENO, at, size);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) _exit(kPipeFailed);
    at += put;
    size -= static_cast<std::size_t>(put);
  }
}

void Refuse(HeifOutcome outcome, std::string_view why) {
  HeifReply reply;
  reply.outcome = outcome;
  reply.detail_bytes = static_cast<std::uint32_t>(why.size());
  WriteAll(&reply, sizeof reply);
  WriteAll(why.data(), why.size());
}

// Fills the colour fields; returns the ICC profile, if that is what rules.
std::vector<char> DescribeColor(const heif_image_handle* handle,
                                const heif_image* image, HeifReply* reply) {
  std::vector<char> icc;
  const auto kind = heif_image_handle_get_color_profile_type(handle);
  if (kind == heif_color_profile_type_rICC ||
      kind == heif_color_profile_type_prof) {
    const std::size_t size =
        heif_image_handle_get_raw_color_profile_size(handle);
    if (size > 0 && size <= kMaxHeifDetailBytes) {
      icc.resize(size);
      if (heif_image_handle_get_raw_color_profile(handle, icc.data()).code ==
          heif_error_Ok) {
        reply->color = HeifColor::kIcc;
        return icc;
      }
      icc.clear();
    }
  }
  heif_color_profile_nclx* raw = nullptr;
  // The container's word, else that of the codec's own stream.
  if (heif_image_handle_get_nclx_color_profile(handle, &raw).code ==
          heif_error_Ok ||
      heif_image_get_nclx_color_profile(image, &raw).code == heif_error_Ok) {
    const std::unique_ptr<heif_color_profile_nclx, NclxDeleter> nclx(raw);
    reply->color = HeifColor::kNclx;
    reply->primaries = static_cast<std::uint32_t>(nclx->color_primaries);
    reply->transfer =
        static_cast<std::uint32_t>(nclx->transfer_characteristics);
  }
  return icc;
}

bool OverLimit(std::int64_t width, std::int64_t height,
               std::int64_t max_pixels) {
  return width <= 0 || height <= 0 || width > max_pixels / height;
}

// RGBA whose colours were scaled by their alpha, back to straight alpha.
void Unpremultiply(std::vector<std::uint8_t>* row) {
  for (std::size_t i = 0; i + 3 < row->size(); i += 4) {
    const int alpha = (*row)[i + 3];
    if (alpha == 0 || alpha == 255) continue;
    for (std::size_t c = i; c < i + 3; ++c) {
      (*row)[c] = static_cast<std::uint8_t>(
          std::min(255, ((*row)[c] * 255 + alpha / 2) / alpha));
    }
  }
}

void DecodeToStdout(const std::vector<char>& file, std::int64_t max_pixels) {
  const std::unique_ptr<heif_context, ContextDeleter> context(
      heif_context_alloc());
  heif_context_set_max_decoding_threads(context.get(), kMaxDecodingThreads);
  heif_error error = heif_context_read_from_memory_without_copy(
      context.get(), file.data(), file.size(), nullptr);
  heif_image_handle* raw_handle = nullptr;
  if (error.code == heif_error_Ok) {
    error = heif_context_get_primary_image_handle(context.get(), &raw_handle);
  }
  if (error.code != heif_error_Ok) {
    return Refuse(HeifOutcome::kDamaged, error.message);
  }
  const std::unique_ptr<heif_image_handle, HandleDeleter> handle(raw_handle);
  if (OverLimit(heif_image_handle_get_width(handle.get()),
                heif_image_handle_get_height(handle.get()), max_pixels)) {
    return Refuse(HeifOutcome::kTooLarge, "larger than its header says");
  }

  const bool alpha = heif_image_handle_has_alpha_channel(handle.get()) != 0;
  const std::unique_ptr<heif_decoding_options, OptionsDeleter> options(
      heif_decoding_options_alloc());
  options->convert_hdr_to_8bit = 1;
  heif_image* raw_image = nullptr;
  error = heif_decode_image(
      handle.get(), &raw_image, heif_colorspace_RGB,
      alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB,
      options.get());
  if (error.code != heif_error_Ok) {
    return Refuse(error.subcode == heif_suberror_Security_limit_exceeded ||
                          error.code == heif_error_Memory_allocation_error
                      ? HeifOutcome::kTooLarge
                      : HeifOutcome::kDamaged,
                  error.message);
  }
  const std::unique_ptr<heif_image, ImageDeleter> image(raw_image);
  int stride = 0;
  const std::uint8_t* pixels = heif_image_get_plane_readonly(
      image.get(), heif_channel_interleaved, &stride);
  const int width = heif_image_get_width(image.get(), heif_channel_interleaved);
  const int height =
      heif_image_get_height(image.get(), heif_channel_interleaved);
  if (pixels == nullptr || OverLimit(width, height, max_pixels)) {
    return Refuse(HeifOutcome::kDamaged, "it holds no pixels");
  }

  HeifReply reply;
  reply.outcome = HeifOutcome::kPicture;
  reply.width = static_cast<std::uint32_t>(width);
  reply.height = static_cast<std::uint32_t>(height);
  reply.channels = alpha ? 4 : 3;
  const std::vector<char> icc =
      DescribeColor(handle.get(), image.get(), &reply);
  reply.detail_bytes = static_cast<std::uint32_t>(icc.size());
  WriteAll(&reply, sizeof reply);
  WriteAll(icc.data(), icc.size());
  const bool premultiplied =
      alpha && heif_image_handle_is_premultiplied_alpha(handle.get()) != 0;
  std::vector<std::uint8_t> row(static_cast<std::size_t>(width) *
                                reply.channels);
  for (int y = 0; y < height; ++y) {
    std::memcpy(row.data(), pixels + static_cast<std::ptrdiff_t>(y) * stride,
                row.size());
    if (premultiplied) Unpremultiply(&row);
    WriteAll(row.data(), row.size());
  }
}

}  // namespace
}  // namespace prewarm

int main(int argc, char** argv) {
  if (argc != 4) return prewarm::kSetupFailed;
  heif_init(nullptr);  // loads codecs, which the sandbox forbids afterwards
  if (!prewarm::EnterSandbox(
          static_cast<unsigned>(std::strtoul(argv[1], nullptr, 10)),
          std::strtoull(argv[2], nullptr, 10))) {
    return prewarm::kSetupFailed;
  }
  try {
    prewarm::DecodeToStdout(prewarm::ReadAll(),
                            std::strtoll(argv[3], nullptr, 10));
  } catch (const std::bad_alloc&) {
    prewarm::Refuse(prewarm::HeifOutcome::kTooLarge, "out of memory");
  } catch (const std::exception& error) {
    prewarm::Refuse(prewarm::HeifOutcome::kDamaged, error.what());
  }
  // Destructors of the libraries have nothing left to do here.
  _exit(0);
}
