/* SPDX-License-Identifier: ISC */
/* What gemm_tile.h is to be included with for AVX2: the tile of gemm.c and of attention.c. */
#define TILE_NAME tile_avx2
#define TILE_TARGET __attribute__((target("avx2,fma")))
#define TILE_HEIGHT 4
#define TILE_VECTORS 3
#define VECTOR __m256
#define WIDTH 8
#define LOAD(p) _mm256_loadu_ps(p)
#define STORE(p, v) _mm256_storeu_ps(p, v)
#define SPREAD(p) _mm256_broadcast_ss(p)
#define FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#define ZERO() _mm256_setzero_ps()
