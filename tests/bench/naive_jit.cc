// What a user writes first: torch::jit::load and one forward pass.
//   naive_jit MODEL.pt
#include <ATen/Parallel.h>
#include <torch/script.h>

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: naive_jit MODEL.pt\n");
    return 2;
  }
  try {
    const c10::InferenceMode guard;
    at::set_num_threads(2);
    torch::jit::Module module = torch::jit::load(argv[1]);
    module.eval();
    const at::Tensor mask =
        module.forward({at::full({1, 3, 1024, 1024}, 0.25)}).toTensor();
    std::printf("{\"event\": \"first\", \"mean\": %f}\n",
                mask.mean().item<float>());
    std::fflush(stdout);  // the first result counts, not the teardown
  } catch (const std::exception& e) {
    std::fprintf(stderr, "naive_jit: %s\n", e.what());
    return 1;
  }
  return 0;
}
