/* SPDX-License-Identifier: ISC */
/* What gemm_tile.h is to be included with for AVX-512: the tile of gemm.c and of attention.c. */
#define TILE_NAME tile_avx512
#define TILE_TARGET __attribute__((target("avx512f")))
#define TILE_HEIGHT 8
#define TILE_VECTORS 3
#define VECTOR __m512
#define WIDTH 16
#define LOAD(p) _mm512_loadu_ps(p)
#define STORE(p, v) _mm512_storeu_ps(p, v)
#define SPREAD(p) _mm512_set1_ps(*(p))
#define FMA(a, b, c) _mm512_fmadd_ps(a, b, c)
#define ZERO() _mm512_setzero_ps()
