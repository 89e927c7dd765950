/** The same bytes in Node, in a worker, in a bare realm with none of Node's globals, and in a browser. */
import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createContext, runInContext } from "node:vm"
import { Worker } from "node:worker_threads"
import { build } from "esbuild"
import fc from "fast-check"
import { beforeAll, expect, test } from "vitest"
import * as engine from "../src/index.ts"
import { quoteWithCosts } from "./arbitraries.ts"

const inputs = JSON.stringify(fc.sample(quoteWithCosts, { numRuns: 60, seed: 8 }))

/** Everything that a quote can be asked, as one text; its source runs in every realm. */
const answers = ({ contentHash, orderOf, planInstalments, priceQuote, solve, whyAll }: typeof engine, json: string) =>
  JSON.stringify(
    (JSON.parse(json) as engine.Quote[]).map((quote) => {
      const priced = priceQuote(quote)
      return [
        priced,
        contentHash(quote),
        whyAll(priced),
        solve(quote, { target: { kind: "net", amount: "1234.56" } }),
        planInstalments(orderOf(priced), [
          { id: "1", share: { kind: "percent", ratePpm: 300_000 } },
          { id: "2", share: { kind: "remainder" } },
        ]),
      ]
    }),
  )

let library = ""
const question = `(${answers.toString()})(engine, ${JSON.stringify(inputs)})`

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [new URL("../src/index.ts", import.meta.url).pathname],
    bundle: true,
    minify: true,
    format: "iife",
    globalName: "engine",
    platform: "neutral",
    write: false,
  })
  library = outputFiles[0]!.text
})

const here = answers(engine, inputs)

test("a worker thread prices to the same bytes", async () => {
  const worker = new Worker(
    `require("node:worker_threads").parentPort.postMessage(eval(${JSON.stringify(`${library};${question}`)}))`,
    {
      eval: true,
    },
  )
  const there = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject))
  await worker.terminate()
  expect(there === here).toBe(true)
})

test("a realm with no global of Node but TextEncoder prices to the same bytes", () => {
  const realm = createContext({ TextEncoder })
  expect(runInContext("typeof process + typeof require + typeof setTimeout", realm)).toBe("undefinedundefinedundefined")
  expect(runInContext(`${library};${question}`, realm) === here).toBe(true)
  expect(here.length).toBeGreaterThan(10_000)
})

const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
)

test.skipIf(chromium === undefined)(
  "a browser prices to the same bytes",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "anbud-browser-"))
    try {
      const page = join(folder, "page.html")
      // The page only shows the hash: a browser writes the text of a page its own way.
      const shows = `document.body.textContent = engine.contentHash({ text: ${question} })`
      writeFileSync(join(folder, "page.js"), `${library};${shows}`)
      writeFileSync(page, `<meta charset="utf-8"><body><script src="page.js"></script>`)
      const flags = ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${folder}`, "--dump-dom"]
      const shown = execFileSync(chromium!, [...flags, `file://${page}`], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      })
      expect(shown).toContain(engine.contentHash({ text: here } as never))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
  60_000,
)
