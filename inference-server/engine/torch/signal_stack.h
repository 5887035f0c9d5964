// A stack for signals, for threads that run oneDNN's kernels.
#pragma once

namespace prewarm::torch_engine {

// Gives the calling thread one, unless it has one. oneDNN's generated kernels
// use the stack pointer's surroundings as they like, and a fault on a mapped
// weight (store/mapped_file.h) comes in the middle of one: a handler on the
// thread's own stack overwrote the heap. It is kept until the process ends;
// the threads that compute live as long.
void UseSignalStack();

}  // namespace prewarm::torch_engine
