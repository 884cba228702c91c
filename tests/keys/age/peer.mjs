// The other implementation, for tests: keys on standard output, files from standard input to standard output.
//   node peer.mjs keygen hybrid|x25519
//   node peer.mjs encrypt RECIPIENT
//   node peer.mjs decrypt IDENTITY
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as age from "age-encryption";

const [verb, key] = process.argv.slice(2);

async function through(transform) {
  const result = await transform(Readable.toWeb(process.stdin));
  await pipeline(Readable.fromWeb(result), process.stdout);
}

if (verb === "keygen") {
  const identity = await (key === "hybrid" ? age.generateHybridIdentity() : age.generateX25519Identity());
  console.log(identity);
  console.log(await age.identityToRecipient(identity));
} else if (verb === "encrypt") {
  const encrypter = new age.Encrypter();
  encrypter.addRecipient(key);
  await through((source) => encrypter.encrypt(source));
} else if (verb === "decrypt") {
  const decrypter = new age.Decrypter();
  decrypter.addIdentity(key);
  await through((source) => decrypter.decrypt(source));
} else {
  throw new Error(`unknown verb: ${verb}`);
}
