#!/usr/bin/env node
// Runs the program of this platform, which is in a package of its own: nothing is downloaded or run
// while installing.
import { createRequire } from "node:module";
import { spawn } from "node:child_process";
import { constants } from "node:os";

const { arch, platform } = process;
const name = `@meniscus/${platform}-${arch}`;
const file = platform === "win32" ? "meniscus.exe" : "meniscus";

/** Where the program is; `MENISCUS_BINARY` names another. */
function program() {
  if (process.env.MENISCUS_BINARY) return process.env.MENISCUS_BINARY;
  try {
    return createRequire(import.meta.url).resolve(`${name}/bin/${file}`);
  } catch {
    console.error(`meniscus: there is no program for ${platform} on ${arch}: \`${name}\` isn't installed`);
    console.error("help: install without `--omit=optional`, or set MENISCUS_BINARY to a program you built");
    process.exit(2);
  }
}

const path = program();
const child = spawn(path, process.argv.slice(2), { stdio: "inherit", windowsHide: true });
// The program itself decides what a signal does, such as to end a preview.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => signal === "SIGINT" || child.kill(signal));
}
child.on("error", ({ message }) => {
  console.error(`meniscus: cannot run \`${path}\`: ${message}`);
  process.exit(2);
});
child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
