/* SPDX-License-Identifier: ISC */
/*
 * vit_weights - the weights of a DINOv2 vision transformer (Oquab et al. 2023, arXiv 2304.07193), ready to be multiplied with
 *
 * Read from the published safetensors files, with the names of Hugging Face (encoder.layer.0.attention…) or of the authors
 * (blocks.0.attn.qkv…), f32, f16 or bf16, with registers (Darcet et al. 2023) or without, with an MLP or SwiGLU.
 * Matrices are packed once for the kernels of math/gemm.h; all is read-only afterwards and shared by threads.
 */
#ifndef MODEL_VIT_WEIGHTS_H
#define MODEL_VIT_WEIGHTS_H

#include "base/error.h"
#include "base/sha256.h"
#include "foreign/safetensors.h"
#include "math/gemm.h"
#include "math/narrow.h"

#include <stdbool.h>
#include <stddef.h>

enum { VIT_PATCH = 14, VIT_PATCH_NUMBERS = 3 * VIT_PATCH * VIT_PATCH };

/* The sizes of a model, found in the shapes of its tensors; the number of heads is in config.json, else dimension / 64. */
struct vit_shape {
	size_t dimension, layers, heads, hidden; /* hidden: numbers between the two products of the MLP */
	size_t grid;                             /* patches a side that the position embeddings were made for */
	size_t registers;
	bool swiglu, original_names;
	float epsilon; /* of the norms */
};

/*
 * What the layers are computed in. The patches, norms, soft-max, activations and the residual stream are f32 in all; attention is, in
 * anything less than f32, in whole numbers of 16 bits, the best type of that size on every CPU. INT16: so are the matrices.
 * INT8: matrices, shares of the soft-max and values in 8 bits, but the products of queries and keys in 16. In 16 is the first sixth of the
 * layers, since what they err goes through all others, and the first third of the queries and keys, because a soft-max makes more of
 * their errors. In 16 is what the patches have in common, and what the matrices make of it: blank paper is alike everywhere, and would
 * err alike. So are the class token and the registers, and their attention in f32: their errors go straight into the vector, and they
 * are few. BF16, F16: the matrices are in these.
 */
enum vit_precision { VIT_F32, VIT_BF16, VIT_F16, VIT_INT16, VIT_INT8 };

/* What is computed where `wanted` is, by a kernel of math/gemm.h and its narrow_best: INT16 for floats that the CPU has not. */
enum vit_precision vit_precision_here(const struct gemm *gemm, enum vit_precision wanted);

const char *vit_precision_name(enum vit_precision precision); /* "f32", "bf16", "f16", "int16", "int8" */
int vit_precision_parse(const char *name, enum vit_precision *precision);

/* A matrix and its bias; packed in one of two ways. */
struct vit_linear {
	struct gemm_panels weight;
	struct narrow_panels narrow; /* data NULL: the other */
	float *bias;
};

/* The matrices of a layer. */
struct vit_matrices {
	struct vit_linear query, key, value; /* query is scaled by 1/√(numbers of a head) */
	struct vit_linear attention_out;
	struct vit_linear mlp_in, mlp_out; /* SwiGLU: mlp_in has 2 · hidden outputs, gates first */
};

struct vit_layer {
	float *norm1_weight, *norm1_bias;
	float *scale1;
	float *norm2_weight, *norm2_bias;
	float *scale2;
	struct vit_matrices matrices;
	struct vit_matrices wide; /* INT8: the same in 16 bits, the very same where those are; else nothing */
};

struct vit_weights {
	struct vit_shape shape;
	const struct gemm *gemm;
	const struct narrow *narrow; /* NULL: all is f32 */
	bool two_widths;             /* INT8 */
	float *class_token, *registers; /* [dimension], [registers][dimension] */
	float *class_position, *positions; /* [dimension], [grid · grid][dimension] */
	struct vit_linear patch;           /* VIT_PATCH_NUMBERS, colour by colour and row by row, to dimension */
	struct vit_layer *layers;
	float *norm_weight, *norm_bias;
	char identity[SHA256_TEXT]; /* of the tensors used, under Hugging Face's names; see tensors_identity */
	float *memory;              /* all of the above lies in it */
};

bool vit_weights_recognises(const struct safetensors *file);

/*
 * config is the path of a config.json that may be there, or NULL; gemm computes what is packed here, in a precision as
 * vit_precision_here returns it. The file may be closed
 * afterwards. NULL with the reason: which tensor is missing, of another shape or type, or holds a number that is not finite.
 */
struct vit_weights *vit_weights_read(const struct safetensors *file, const char *config, const struct gemm *gemm,
        enum vit_precision precision, struct error *err);
void vit_weights_free(struct vit_weights *w); /* NULL is allowed */

#endif
