/* SPDX-License-Identifier: ISC */
#include "foreign/safetensors.h"
#include "model/sketch.h"
#include "model/vit_weights.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char identity[SHA256_TEXT];
	struct safetensors *s = safetensors_read(data, size, NULL);

	for (size_t i = 0; s && i < safetensors_count(s); i++) {
		const struct tensor *t = safetensors_at(s, i);
		if (safetensors_expect(s, t->name, t->rank, t->shape, NULL))
			tensors_identity(&(struct canonical_tensor){t->name, t}, 1, identity, NULL);
	}
	if (s)
		sketch_close(sketch_open(s, NULL));
	if (s && vit_weights_recognises(s))
		vit_weights_free(vit_weights_read(s, NULL, gemm_named("portable"), VIT_F32, NULL));
	safetensors_close(s);
	return 0;
}
