// Loops over pixels are compiled twice, for AVX2 and for any x86-64, and the
// machine picks at load time: the build itself stays portable. Without FMA in
// the list, floats come out the same on both.
#pragma once

// Sanitizers instrument the resolver, which runs before they are set up, and
// clang knows the attribute only in part: both get the portable code.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define PREWARM_VECTORISED __attribute__((target_clones("default", "avx2")))
#else
#define PREWARM_VECTORISED
#endif
