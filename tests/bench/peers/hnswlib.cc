/* SPDX-License-Identifier: ISC */
/*
 * hnswlib build TABLE.npy INDEX     M 16, efConstruction 200, as many threads as there are processors
 * hnswlib serve QUESTIONS.npy INDEX      the parameter is ef
 */
#include "peer.h"

#include <hnswlib/hnswlib.h>

#include <algorithm>
#include <atomic>
#include <thread>

static void build(const char *vectors, const char *index)
{
	const table t = read_table(vectors);
	hnswlib::InnerProductSpace space(t.dimension);
	hnswlib::HierarchicalNSW<float> graph(&space, t.rows, 16, 200);
	std::vector<std::thread> threads;
	std::atomic<size_t> next(1);

	graph.addPoint(t.row(0), 0);
	for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); i++)
		threads.emplace_back([&] {
			for (size_t row; (row = next++) < t.rows;)
				graph.addPoint(t.row(row), row);
		});
	for (auto &thread : threads)
		thread.join();
	graph.saveIndex(index);
}

static void answer(const char *vectors, const char *index)
{
	const table questions = read_table(vectors);
	hnswlib::InnerProductSpace space(questions.dimension);
	hnswlib::HierarchicalNSW<float> graph(&space, index);

	serve(
	        questions, [&](const char *ef) { graph.setEf(std::strtoul(ef, nullptr, 10)); },
	        [&](const float *question, int32_t *rows) {
		        auto found = graph.searchKnn(question, 10);
		        for (; !found.empty(); found.pop())
			        rows[found.size() - 1] = static_cast<int32_t>(found.top().second);
	        });
}

int main(int argc, char **argv)
{
	if (argc == 4 && std::string(argv[1]) == "build")
		build(argv[2], argv[3]);
	else if (argc == 4 && std::string(argv[1]) == "serve")
		answer(argv[2], argv[3]);
	else
		fail("usage: hnswlib build TABLE.npy INDEX | serve QUESTIONS.npy INDEX");
}
