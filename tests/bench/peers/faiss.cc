/* SPDX-License-Identifier: ISC */
/*
 * faiss build TABLE.npy INDEX FACTORY [PARAMETERS]   by its index factory, as IVF4096,Flat; as many threads as there are processors
 * faiss serve QUESTIONS.npy INDEX
 * faiss version
 *
 * Parameters are as its ParameterSpace reads them: efConstruction=200, nprobe=64,k_factor_rf=10. Lists are trained on 32 points each in
 * 8 rounds, as ours are.
 */
#include "peer.h"

#include <faiss/AutoTune.h>
#include <faiss/IndexIVF.h>
#include <faiss/IndexRefine.h>
#include <faiss/index_factory.h>
#include <faiss/index_io.h>

#include <memory>
#include <omp.h>

static void train_shortly(faiss::Index *index)
{
	if (auto *refined = dynamic_cast<faiss::IndexRefine *>(index))
		index = refined->base_index;
	if (auto *lists = dynamic_cast<faiss::IndexIVF *>(index)) {
		lists->cp.max_points_per_centroid = 32;
		lists->cp.niter = 8;
	}
}

static void build(const char *vectors, const char *name, const char *factory, const char *parameters)
{
	const table t = read_table(vectors);
	const int dimension = static_cast<int>(t.dimension);
	std::unique_ptr<faiss::Index> index(faiss::index_factory(dimension, factory, faiss::METRIC_L2));

	if (parameters)
		faiss::ParameterSpace().set_index_parameters(index.get(), parameters);
	train_shortly(index.get());
	index->train(static_cast<int64_t>(t.rows), t.numbers);
	index->add(static_cast<int64_t>(t.rows), t.numbers);
	faiss::write_index(index.get(), name);
}

static void answer(const char *vectors, const char *name)
{
	const table questions = read_table(vectors);
	std::unique_ptr<faiss::Index> index(faiss::read_index(name));
	faiss::ParameterSpace parameters;

	omp_set_num_threads(1);
	serve(
	        questions, [&](const char *text) { parameters.set_index_parameters(index.get(), text); },
	        [&](const float *question, int32_t *rows) {
		        float distances[10];
		        int64_t labels[10];
		        index->search(1, question, 10, distances, labels);
		        for (int i = 0; i < 10; i++)
			        rows[i] = static_cast<int32_t>(labels[i]);
	        });
}

int main(int argc, char **argv)
{
	const std::string what = argc > 1 ? argv[1] : "";

	if (what == "version" && argc == 2)
		std::printf("%d.%d.%d\n", FAISS_VERSION_MAJOR, FAISS_VERSION_MINOR, FAISS_VERSION_PATCH);
	else if (what == "build" && (argc == 5 || argc == 6))
		build(argv[2], argv[3], argv[4], argv[5]);
	else if (what == "serve" && argc == 4)
		answer(argv[2], argv[3]);
	else
		fail("usage: faiss build TABLE.npy INDEX FACTORY [PARAMETERS] | serve QUESTIONS.npy INDEX | version");
}
