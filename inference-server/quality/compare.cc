#include "inference-server/quality/compare.h"

#include <utility>

#include "inference-server/quality/pictures.h"

namespace prewarm::quality {
namespace {

Result<Bitmap> MatteOf(Contestant* contestant, const std::string& name,
                       const DecodedImage& image) {
  auto matte = contestant->Matte(image);
  if (matte.ok()) return matte;
  Error error = matte.error();
  error.message =
      contestant->Label() + " failed at " + name + ": " + error.message;
  return error;
}

}  // namespace

Result<Comparison> Compare(const CompareJob& job, Contestant* a, Contestant* b,
                           Gallery* gallery) {
  Comparison comparison;
  comparison.a = a->Label();
  comparison.b = b->Label();
  comparison.with_truth = !job.truth_folder.empty();
  for (std::size_t i = 0; i < job.names.size(); ++i) {
    const std::string& name = job.names[i];
    if (job.on_picture) job.on_picture(i);
    const auto picture = ReadPicture(job.folder, name, job.truth_folder);
    if (!picture.ok()) {
      comparison.skipped.push_back({name, picture.error().message});
      continue;
    }
    PREWARM_ASSIGN_OR_RETURN(const Bitmap of_a,
                             MatteOf(a, name, picture->image));
    PREWARM_ASSIGN_OR_RETURN(const Bitmap of_b,
                             MatteOf(b, name, picture->image));
    Judged judged;
    judged.name = name;
    judged.b_to_a = Score(of_b, of_a);
    const Bitmap* truth = comparison.with_truth ? &picture->truth : nullptr;
    if (truth != nullptr) {
      judged.a_to_truth = Score(of_a, *truth);
      judged.b_to_truth = Score(of_b, *truth);
    }
    if (gallery != nullptr) {
      PREWARM_RETURN_IF_ERROR(gallery->Show(
          name, judged.b_to_a.mae, {&picture->image.rgb, &of_a, &of_b, truth}));
    }
    comparison.judged.push_back(std::move(judged));
  }
  return comparison;
}

}  // namespace prewarm::quality
