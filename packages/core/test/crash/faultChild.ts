/** A process that plays rounds while its disk fails: `faultChild.ts FILE SWEEP`, with the sweep as JSON. */
import { sweepCheckpoints } from "./failing/checkpoints.ts"
import { sweepCommands } from "./failing/commands.ts"
import { sweepOpening } from "./failing/opening.ts"
import type { Sweep } from "./faults.ts"

const [file = "", given = ""] = process.argv.slice(2)
const sweep = JSON.parse(given) as Sweep
const run = { commands: sweepCommands, checkpoint: sweepCheckpoints, opening: sweepOpening }[sweep.during]
console.log(JSON.stringify(await run(file, sweep)))
