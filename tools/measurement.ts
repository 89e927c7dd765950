/**
 * Measurements: long proofs (`npm run prove`) and benchmarks (`npm run bench`), found and run by name.
 *
 * Whatever a measurement prints on its way, its last line on stdout is one JSON object,
 * `{ "name", "goal", "reached", ... , "seed", "seconds", "load", "cpus", "node" }`, and the exit code is 1 unless
 * `reached` is true.
 */
import { existsSync, readdirSync, statSync } from "node:fs"
import { availableParallelism, loadavg } from "node:os"
import { dirname, join, relative } from "node:path"
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"

/** What the command line says. A measurement uses what it needs and keeps to the budget as well as it can. */
export interface MeasurementOptions {
  /** Every random choice follows from it: the same seed repeats the same run. */
  readonly seed: number
  /** How long the run should take, about. */
  readonly budgetSeconds: number
  /** Everything, however long it takes: for the machine that runs at night. */
  readonly full: boolean
}

/** What a measurement found. `goal` is a sentence; all other figures are the measurement's own. */
export interface Measurement {
  readonly goal: string
  readonly reached: boolean
  readonly [figure: string]: unknown
}

export type Measure = (options: MeasurementOptions) => Measurement | Promise<Measurement>

/** One of the two commands: how it is called, which export it runs, and where the files of that name lie. */
export interface MeasurementCommand {
  readonly verb: "prove" | "bench"
  readonly root: string
  /** name → file; see `filesByName`. */
  readonly files: ReadonlyMap<string, string>
}

const SEED = 1
const BUDGET_SECONDS = 60

/**
 * The files of measurements by name, which is what the last star of a pattern stands for: the file's own name or,
 * where the star is a folder, the folder's.
 *
 * Throws when two files have the same name.
 */
export const filesByName = (root: string, patterns: readonly string[]): Map<string, string> => {
  const files = new Map<string, string>()
  for (const { name, path } of patterns.flatMap((pattern) => expand(root, pattern))) {
    const twin = files.get(name)
    if (twin)
      throw new Error(`Two measurements are called ${name}: ${relative(root, twin)} and ${relative(root, path)}`)
    files.set(name, path)
  }
  return files
}

/** Runs what the arguments name and prints its JSON line; resolves to the exit code. */
export const runMeasurement = async (command: MeasurementCommand, args: readonly string[]): Promise<number> => {
  const request = readRequest(args)
  const file = request.ok ? command.files.get(request.name) : undefined
  if (!request.ok || !file) {
    console.error(usage(command, request.ok ? `There is no “${request.name}”.` : request.problem))
    return 1
  }
  const { name, options } = request
  const started = performance.now()
  const { goal, reached, ...figures } = await measure(command.verb, file, options)
  const seconds = Math.round((performance.now() - started) / 10) / 100
  const machine = { seed: options.seed, seconds, load: loadavg(), cpus: availableParallelism(), node: process.version }
  await printLine(JSON.stringify({ name, goal, reached, ...figures, ...machine }, asText))
  return reached === true ? 0 : 1
}

type Request =
  | { readonly ok: true; readonly name: string; readonly options: MeasurementOptions }
  | { readonly ok: false; readonly problem?: string }

const readRequest = (args: readonly string[]): Request => {
  try {
    const options = { seed: { type: "string" }, budget: { type: "string" }, full: { type: "boolean" } } as const
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    const [name, ...others] = positionals
    if (name === undefined) return { ok: false }
    if (others.length > 0) return { ok: false, problem: `One name at a time; “${others.join(" ")}” is too much.` }
    const seed = values.seed === undefined ? SEED : Number(values.seed)
    const budgetSeconds = values.budget === undefined ? BUDGET_SECONDS : Number(values.budget)
    if (!Number.isSafeInteger(seed)) return { ok: false, problem: `--seed takes an integer, not “${values.seed}”.` }
    if (!(budgetSeconds > 0)) return { ok: false, problem: `--budget takes seconds, not “${values.budget}”.` }
    return { ok: true, name, options: { seed, budgetSeconds, full: values.full ?? false } }
  } catch (error) {
    return { ok: false, problem: (error as Error).message }
  }
}

const measure = async (verb: string, file: string, options: MeasurementOptions): Promise<Measurement> => {
  try {
    const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>
    const run = module[verb]
    if (typeof run !== "function") throw new Error(`${file} does not export a function ${verb}(options)`)
    return await (run as Measure)(options)
  } catch (error) {
    console.error(error)
    if (lacksPackages(file)) console.error(`Its own packages are missing: npm install --prefix ${dirname(file)}`)
    return { goal: `${verb} runs to its end`, reached: false, error: String(error) }
  }
}

const lacksPackages = (file: string): boolean =>
  existsSync(join(dirname(file), "package.json")) && !existsSync(join(dirname(file), "node_modules"))

const usage = ({ verb, root, files }: MeasurementCommand, problem = ""): string => {
  const width = Math.max(0, ...[...files.keys()].map((name) => name.length))
  const names = [...files].sort().map(([name, file]) => `  ${name.padEnd(width)}  ${relative(root, file)}`)
  const call = `npm run ${verb} -- NAME [--seed ${SEED}] [--budget ${BUDGET_SECONDS}] [--full]`
  return [problem, call, names.length > 0 ? "Names:" : "There are none yet.", ...names].filter(Boolean).join("\n")
}

// JSON has no Infinity and no bigint; a figure that is one of them is told as text and not lost.
const asText = (_key: string, value: unknown): unknown => {
  if (typeof value === "bigint") return value.toString()
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value
}

// The caller ends the process next: the line must be out before that.
const printLine = (line: string): Promise<void> =>
  new Promise((resolve) => process.stdout.write(`${line}\n`, () => resolve()))

interface Match {
  readonly name: string
  readonly path: string
}

const expand = (root: string, pattern: string): readonly Match[] =>
  pattern
    .split("/")
    .reduce<readonly Match[]>((found, part) => found.flatMap((match) => step(match, part)), [{ name: "", path: root }])

/** One folder deeper: a part with a star goes to all whose names fit, and the star's text becomes the name. */
const step = ({ name, path }: Match, part: string): readonly Match[] => {
  if (!part.includes("*")) return existsSync(join(path, part)) ? [{ name, path: join(path, part) }] : []
  const [before = "", after = ""] = part.split("*")
  const folder = statSync(path).isDirectory() ? readdirSync(path).sort() : []
  const fitting = folder.filter((entry) => entry.startsWith(before) && entry.endsWith(after))
  return fitting.map((entry) => ({
    name: entry.slice(before.length, -after.length || undefined),
    path: join(path, entry),
  }))
}
