// Writes each vector of the npm package cctv-age to a file of its name beside this script: node dump.mjs
import { writeFileSync } from "node:fs";
import * as vectors from "cctv-age";

for (const [name, bytes] of Object.entries(vectors)) {
  if (!/^[a-z0-9_]+$/.test(name)) throw new Error(`unexpected name: ${name}`);
  writeFileSync(new URL(name, import.meta.url), bytes);
}
console.log(`${Object.keys(vectors).length} vectors`);
