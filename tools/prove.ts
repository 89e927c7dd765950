/**
 * `npm run prove -- NAME [--seed N] [--budget SECONDS] [--full]`: long proofs, which `npm test` has no time for.
 *
 * A proof is a file in a folder `prove` that exports `prove(options)`; see `measurement.ts` for both types.
 */
import { fileURLToPath } from "node:url"
import { filesByName, runMeasurement } from "./measurement.ts"

const root = fileURLToPath(new URL("..", import.meta.url))
const places = ["packages/*/prove/*.ts", "packages/plugins/*/prove/*.ts", "examples/*/prove/*.ts", "tools/prove/*.ts"]

const files = filesByName(root, places)
process.exit(await runMeasurement({ verb: "prove", root, files }, process.argv.slice(2)))
