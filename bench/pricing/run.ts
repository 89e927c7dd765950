/**
 * The pricing benchmark: quotes of 10 to 100 000 lines with spread freight, VAT and margins, beside hand-written loops and
 * three libraries, in one process, as ratios.
 *
 * Ours and the loops are bundled first, as a host gets them: what a development loader adds to each function is no part
 * of the product, and the libraries come bundled too.
 */
import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { gzipSync } from "node:zlib"
import type * as Pricing from "@anbud/pricing"
import type { PricedQuote, Quote } from "@anbud/pricing"
import { build } from "esbuild"
import type { Measurement, MeasurementOptions } from "../../tools/measurement.ts"
import type * as Loops from "./loops.ts"

const here = fileURLToPath(new URL(".", import.meta.url))

const folder = mkdtempSync(join(tmpdir(), "anbud-pricing-bench-"))

const bundle = async (name: string, contents: string, minify: boolean): Promise<string> => {
  const outfile = join(folder, `${name}.mjs`)
  await build({
    stdin: { contents, resolveDir: here, loader: "ts" },
    bundle: true,
    minify,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["@anbud/source"],
    outfile,
    logLevel: "silent",
  })
  return outfile
}

const built = await bundle("built", `export * from "@anbud/pricing"; export * from "./loops.ts"`, false)
const { priceQuote, reprice, whyAll, numberLoop, bigintLoop } = (await import(built)) as typeof Pricing & typeof Loops

const generator = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** N lines: fractional quantity, price, discount, cost, one of three VAT rates; one freight spread over all of them. */
const quoteOf = (lines: number, seed: number): Quote => {
  const next = generator(seed)
  const rates = [250_000, 120_000, 60_000].map((ratePpm) => ({ category: "S" as const, ratePpm }))
  return {
    currency: "EUR",
    lines: Array.from({ length: lines }, (_, at) => ({
      id: `line-${at}`,
      quantity: (Math.floor(next() * 20_000) / 1000 + 0.001).toFixed(3),
      unitPrice: (Math.floor(next() * 500_000) / 100 + 1).toFixed(2),
      discountPpm: Math.floor(next() * 30) * 10_000,
      unitCost: (Math.floor(next() * 300_000) / 100).toFixed(2),
      vat: rates[at % 3]!,
      isEssential: true,
    })),
    footers: [{ id: "freight", amount: { kind: "fixed", amount: "500.00" }, visibility: "hidden" }],
  }
}

interface Contender {
  readonly name: string
  readonly run: (quote: Quote) => unknown
  /** Slow peers are spared the large quotes. */
  readonly mostLines: number
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!

setFlagsFromString("--expose-gc")
const gc = runInNewContext("gc") as () => void

/** Long enough for the fast ones to be measured, short enough for the slow. */
const linesPerRound: Readonly<Record<string, number>> = {
  anbud: 40_000,
  "anbud, full trace": 40_000,
  "number loop": 40_000,
  "bigint loop": 40_000,
  "@medusajs/utils": 1_000,
  "@medusajs/utils, whole": 1_000,
}

/** Median nanoseconds of processor time per line, rounds interleaved so that the machine's moods hit everyone alike. */
const timed = (contenders: readonly Contender[], quote: Quote, rounds: number): Map<string, number> => {
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]))
  // A host holds a result while it works with it. With none alive, every collection below would also throw away the
  // shapes that compiled code rests on, and each round would measure the compiler.
  const held = new Map<string, unknown>()
  for (let round = -2; round < rounds; round++) {
    for (const { name, run } of contenders) {
      const runs = Math.max(1, Math.round((linesPerRound[name] ?? 4_000) / quote.lines.length))
      // What the one before left behind is its own litter, not the next one's.
      gc()
      // Processor time, not the clock: on a busy machine the clock measures the neighbours.
      const started = process.cpuUsage()
      for (let at = 0; at < runs; at++) held.set(name, run(quote))
      const { user, system } = process.cpuUsage(started)
      const perLine = ((user + system) * 1e3) / runs / quote.lines.length
      if (round >= 0) times.get(name)!.push(perLine)
    }
  }
  return new Map([...times].map(([name, all]) => [name, median(all)]))
}

const ratio = (value: number): number => Math.round(value * 100) / 100

/** Every contender, the time of each per line and size, and the ratios of the goal. */
export const bench = async ({ seed, budgetSeconds, full }: MeasurementOptions): Promise<Measurement> => {
  const missing = installPeers()
  const contenders = [...ours, ...(await peers(missing))]
  const agree = agreement(quoteOf(1000, seed))
  const sizes = [10, 100, 1_000, 10_000, 100_000]
  const perLine: Record<string, Record<string, number>> = {}
  for (const lines of sizes) {
    const taking = contenders.filter(({ mostLines }) => lines <= mostLines || full)
    const rounds = Math.max(lines >= 100_000 ? 3 : 5, Math.min(15, Math.round(budgetSeconds / 8)))
    const times = timed(taking, quoteOf(lines, seed), rounds)
    perLine[lines] = Object.fromEntries([...times].map(([name, time]) => [name, Math.round(time)]))
    console.log(lines, JSON.stringify(perLine[lines]))
  }
  const at1000 = perLine[1_000]!
  const own = at1000["anbud"]!
  const timesOwn = (name: string): number | undefined => {
    const time = at1000[name]
    return time === undefined ? undefined : ratio(time / own)
  }
  const spreadOf = (name: string): number => {
    const times = sizes.filter((lines) => lines >= 100).map((lines) => perLine[lines]![name]!)
    return ratio(Math.max(...times) / Math.min(...times))
  }
  const figures = {
    withoutTraceToNumberLoop: ratio(own / at1000["number loop"]!),
    fullTraceToBigIntLoop: ratio(at1000["anbud, full trace"]! / at1000["bigint loop"]!),
    fasterThanDinero: timesOwn("dinero.js"),
    fasterThanMedusa: timesOwn("@medusajs/utils"),
    fasterThanMedusaWhole: timesOwn("@medusajs/utils, whole"),
    // How far the fastest program that does these sums gets: what is beyond it is beyond arithmetic.
    numberLoopFasterThanMedusa: ratio((at1000["@medusajs/utils"] ?? 0) / at1000["number loop"]!),
    fasterThanDecimal: timesOwn("decimal.js"),
    slowestToFastestLine: spreadOf("anbud"),
    slowestToFastestLineOfNumberLoop: spreadOf("number loop"),
    ...repricing(seed),
    bytesPerLine: bytesPerLine(seed),
    ...(await footprint()),
  }
  console.log(JSON.stringify(figures))
  const missed = Object.entries(goals).filter(([name, holds]) => !holds(figures[name as keyof typeof figures]))
  return {
    goal: "at 1 000 lines: ≤ 1.5 × a number loop, full trace ≤ 3 × a BigInt loop, ≥ 20 × dinero.js, ≥ 300 × Medusa; flat per line; re-pricing ≥ 20 × and ≥ 3 ×; ≤ 400 bytes per line; core path ≤ 15 KB gzipped, import ≤ 20 ms cold",
    reached: agree && missed.length === 0,
    missed: missed.map(([name]) => name),
    agree,
    ...figures,
    missingPeers: missing,
    nanosecondsPerLine: perLine,
  }
}

const atLeast =
  (least: number) =>
  (value: number | undefined): boolean =>
    value !== undefined && value >= least
const atMost =
  (most: number) =>
  (value: number | undefined): boolean =>
    value !== undefined && value <= most

const goals = {
  withoutTraceToNumberLoop: atMost(1.5),
  fullTraceToBigIntLoop: atMost(3),
  fasterThanDinero: atLeast(20),
  fasterThanMedusa: atLeast(300),
  slowestToFastestLine: atMost(2),
  repricingNoBasisMoved: atLeast(20),
  repricingBasisMoved: atLeast(3),
  bytesPerLine: atMost(400),
  gzippedBytes: atMost(15 * 1024),
  importMilliseconds: atMost(20),
} as const

const ours: readonly Contender[] = [
  { name: "anbud", run: priceQuote, mostLines: 100_000 },
  { name: "anbud, full trace", run: (quote) => whyAll(priceQuote(quote)), mostLines: 100_000 },
  { name: "number loop", run: numberLoop, mostLines: 100_000 },
  { name: "bigint loop", run: bigintLoop, mostLines: 100_000 },
]

/** The same integers from ours and both loops, or the comparison means nothing. */
const agreement = (quote: Quote): boolean => {
  const { totals, lines } = priceQuote(quote)
  return [numberLoop(quote), bigintLoop(quote)].every(
    (sums) =>
      sums.total === totals.totalMinor &&
      sums.margin === totals.marginMinor &&
      sums.lines.every(({ net }, row) => net === lines[row]!.netMinor),
  )
}

/** Installs the peers beside this file if they are not; returns the names of those that cannot be had. */
const installPeers = (): readonly string[] => {
  if (!existsSync(join(here, "node_modules", "dinero.js"))) {
    try {
      execFileSync(
        "npm",
        ["install", "--prefix", here, "--no-audit", "--no-fund", "--legacy-peer-deps", "--ignore-scripts"],
        { stdio: "ignore" },
      )
    } catch {
      console.log("The peers could not be installed: only the loops are compared.")
    }
  }
  return ["decimal.js", "dinero.js", "@medusajs/utils"].filter((name) => !existsSync(join(here, "node_modules", name)))
}

type PeerLoader = () => Promise<{ readonly totalOf: (quote: Quote) => unknown }>

interface PeersModule {
  readonly decimalPeer: PeerLoader
  readonly dineroPeer: PeerLoader
  readonly medusaPeer: (isWhole: boolean) => ReturnType<PeerLoader>
}

const peers = async (missing: readonly string[]): Promise<readonly Contender[]> => {
  // Named at run time: what the peers' file imports is not installed with the repository, so nothing may follow it.
  const file = new URL("./peers.ts", import.meta.url).href
  const { decimalPeer, dineroPeer, medusaPeer } = (await import(file)) as PeersModule
  const found: Contender[] = []
  for (const [name, load, mostLines] of [
    ["decimal.js", decimalPeer, 10_000],
    ["dinero.js", dineroPeer, 10_000],
    ["@medusajs/utils", () => medusaPeer(false), 1_000],
    ["@medusajs/utils, whole", () => medusaPeer(true), 1_000],
  ] as const) {
    if (missing.some((lost) => name.startsWith(lost))) continue
    const { totalOf } = await load()
    found.push({ name, run: totalOf, mostLines })
  }
  return found
}

const repricing = (seed: number): { readonly repricingNoBasisMoved: number; readonly repricingBasisMoved: number } => {
  const quote = quoteOf(10_000, seed)
  const priced = priceQuote(quote)
  const line = quote.lines[4_321]!
  const [dearer, costlier] = [
    { ...line, unitPrice: "77.77" },
    { ...line, unitCost: "7.77" },
  ]
  const same = [dearer, costlier].every((change) => {
    const again = reprice(priced, [change])
    return JSON.stringify(again) === JSON.stringify(priceQuote(again.quote))
  })
  if (!same) throw new Error("re-pricing gave other bytes than pricing")
  const times = { anew: [] as number[], basis: [] as number[], none: [] as number[] }
  const time = (into: number[], runs: number, run: () => PricedQuote): void => {
    const started = performance.now()
    for (let at = 0; at < runs; at++) run()
    into.push((performance.now() - started) / runs)
  }
  for (let round = 0; round < 15; round++) {
    time(times.anew, 3, () => priceQuote({ ...quote }))
    time(times.basis, 10, () => reprice(priced, [dearer]))
    time(times.none, 50, () => reprice(priced, [costlier]))
  }
  return {
    repricingNoBasisMoved: ratio(median(times.anew) / median(times.none)),
    repricingBasisMoved: ratio(median(times.anew) / median(times.basis)),
  }
}

/** What a priced quote keeps, its input not counted. */
const bytesPerLine = (seed: number): number => {
  const used = (): number => {
    gc()
    gc()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  const quotes = Array.from({ length: 5 }, (_, at) => quoteOf(10_000, seed + at))
  const before = used()
  const kept = quotes.map((quote) => priceQuote(quote))
  const bytes = (used() - before) / (kept.length * 10_000)
  return Math.round(bytes)
}

/**
 * The core path (pricing lines that bring their prices), the same with look-up, and the whole package, bundled and
 * minified: their sizes, and a cold import of the whole beside dinero.js's.
 */
const footprint = async (): Promise<Record<string, number | undefined>> => {
  const size = (file: string): number =>
    gzipSync(
      execFileSync(process.execPath, [
        "-e",
        `process.stdout.write(require("fs").readFileSync(${JSON.stringify(file)}))`,
      ]),
    ).length
  const cold = (file: string): number => {
    const script = join(folder, "cold.mjs")
    writeFileSync(
      script,
      `const s = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - s)`,
    )
    return median(
      Array.from({ length: 7 }, () => Number(execFileSync(process.execPath, [script], { encoding: "utf8" }))),
    )
  }
  const core = await bundle("core", `export { priceQuote } from "@anbud/pricing/without-book"`, true)
  const lookUp = await bundle("lookUp", `export { priceQuote } from "@anbud/pricing"`, true)
  const whole = await bundle("whole", `export * from "@anbud/pricing"`, true)
  const figures = {
    gzippedBytes: size(core),
    gzippedBytesWithLookUp: size(lookUp),
    gzippedBytesWhole: size(whole),
    importMilliseconds: ratio(cold(whole)),
  }
  if (!existsSync(join(here, "node_modules", "dinero.js"))) return figures
  const dinero = await bundle("dinero", `export * from "dinero.js"`, true)
  return {
    ...figures,
    importToDinero: ratio(figures.importMilliseconds / cold(dinero)),
    gzippedToDinero: ratio(figures.gzippedBytes / size(dinero)),
  }
}
