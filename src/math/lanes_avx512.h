/* SPDX-License-Identifier: ISC */
/* What lanes.h and those that begin with it are to be included with for AVX-512, but TARGET. */
#define NAME(f) f##_avx512
#define LANES 16
#define FMA(a, b, c) ((V)_mm512_fmadd_ps((__m512)(a), (__m512)(b), (__m512)(c)))
#define MINIMUM(a, b) ((V)_mm512_min_ps((__m512)(a), (__m512)(b)))
#define MAXIMUM(a, b) ((V)_mm512_max_ps((__m512)(a), (__m512)(b)))
