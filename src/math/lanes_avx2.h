/* SPDX-License-Identifier: ISC */
/* What lanes.h and those that begin with it are to be included with for AVX2, but TARGET. */
#define NAME(f) f##_avx2
#define LANES 8
#define FMA(a, b, c) ((V)_mm256_fmadd_ps((__m256)(a), (__m256)(b), (__m256)(c)))
#define MINIMUM(a, b) ((V)_mm256_min_ps((__m256)(a), (__m256)(b)))
#define MAXIMUM(a, b) ((V)_mm256_max_ps((__m256)(a), (__m256)(b)))
