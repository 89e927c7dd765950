/**
 * `npm run bench -- NAME [--seed N] [--budget SECONDS] [--full]`: side by side with peers, in one process, as ratios.
 *
 * A benchmark is a folder here with a `run.ts` that exports `bench(options)`; see `tools/measurement.ts`.
 * Its peers are declared in a package.json beside it and installed there (`npm install --prefix bench/NAME`),
 * so that they never enter the root install.
 */
import { fileURLToPath } from "node:url"
import { filesByName, runMeasurement } from "../tools/measurement.ts"

const root = fileURLToPath(new URL("..", import.meta.url))

const files = filesByName(root, ["bench/*/run.ts"])
process.exit(await runMeasurement({ verb: "bench", root, files }, process.argv.slice(2)))
