// SPDX-License-Identifier: ISC
// Graphs run by ONNX Runtime, one thread each, on demand.
//
// usage: node onnxruntime.js PIXELS.f32 SIDE GRAPH.onnx ... <QUESTIONS >ANSWERS
//
// PIXELS.f32 are 3 x SIDE x SIDE little-endian floats. Each graph is run once and its answer written to GRAPH.onnx.f32; then a line
// says "ready" and the version. After that each line of the questions is the number of a graph, and each answer the seconds
// of processor time that it took. The package onnxruntime-node is found as Node finds it: NODE_PATH.
'use strict';
const fs = require('fs');
const runtime = require('onnxruntime-node');
const [pixels, side, ...graphs] = process.argv.slice(2);

async function main() {
	const file = fs.readFileSync(pixels);
	const numbers = new Float32Array(file.buffer.slice(file.byteOffset, file.byteOffset + file.length));
	const feeds = { pixels: new runtime.Tensor('float32', numbers, [1, 3, +side, +side]) };
	const options = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all' };
	const sessions = [];
	for (const graph of graphs) {
		const session = await runtime.InferenceSession.create(graph, options);
		const { vector } = await session.run(feeds);
		fs.writeFileSync(graph + '.f32', Buffer.from(vector.data.buffer, vector.data.byteOffset, vector.data.byteLength));
		sessions.push(session);
	}
	const version = require('onnxruntime-node/package.json').version;
	process.stdout.write(`ready ${version}\n`);
	for await (const line of require('readline').createInterface({ input: process.stdin })) {
		const before = process.cpuUsage();
		await sessions[+line].run(feeds);
		const took = process.cpuUsage(before);
		process.stdout.write(`${(took.user + took.system) / 1e6}\n`);
	}
}

main().catch((error) => {
	process.stderr.write(`onnxruntime.js: ${error.message}\n`);
	process.exit(1);
});
