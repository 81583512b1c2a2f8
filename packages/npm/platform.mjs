// Makes the package of a platform around a built program:
// `node packages/npm/platform.mjs PLATFORM-ARCH PROGRAM FOLDER [ENGINE]`; ENGINE is what
// `packages/engine.sh` built.
import { chmod, copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const [target, program, folder, engine] = process.argv.slice(2);
const [os, cpu] = (target ?? "").split("-");
const here = import.meta.dirname;
const { version, license, optionalDependencies } =
  JSON.parse(await readFile(join(here, "meniscus/package.json"), "utf8"));
const name = `@meniscus/${target}`;
if (!folder || !(name in optionalDependencies)) {
  const known = Object.keys(optionalDependencies).map((one) => one.replace("@meniscus/", ""));
  console.error(`usage: platform.mjs PLATFORM-ARCH PROGRAM FOLDER; the platforms are ${known.join(", ")}`);
  process.exit(2);
}
const bin = join(folder, "bin");
const file = join(bin, os === "win32" ? "meniscus.exe" : "meniscus");
await mkdir(bin, { recursive: true });
await copyFile(program, file);
await chmod(file, 0o755);
if (engine) await copyFile(engine, join(bin, "meniscus-engine.js"));
const about = {
  name, version, license,
  description: `The program meniscus for ${os} on ${cpu}`,
  os: [os], cpu: [cpu],
  files: ["bin", "LICENSE-APACHE", "LICENSE-MIT", "THIRD_PARTY_NOTICES.md"],
  preferUnplugged: true,
};
await writeFile(join(folder, "package.json"), `${JSON.stringify(about, null, 2)}\n`);
for (const text of ["LICENSE-APACHE", "LICENSE-MIT", "THIRD_PARTY_NOTICES.md"]) {
  await copyFile(join(here, "../..", text), join(folder, text));
}
