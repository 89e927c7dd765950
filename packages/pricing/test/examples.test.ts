import { readFileSync } from "node:fs"
import { expect, test, vi } from "vitest"

const text = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8")

test.each([
  ["quote", () => import("../examples/quote.ts")],
  ["instalments", () => import("../examples/instalments.ts")],
  ["priceBook", () => import("../examples/priceBook.ts")],
])("the example %s prints what is committed, and the README shows it as it runs", async (name, run) => {
  const printed: unknown[][] = []
  const log = vi.spyOn(console, "log").mockImplementation((...values) => {
    printed.push(values)
  })
  await run()
  log.mockRestore()
  const { format } = await import("node:util")
  expect(`${printed.map((values) => format(...values)).join("\n")}\n`).toBe(text(`examples/${name}.txt`))
  if (name === "quote") {
    expect(text("README.md")).toContain(text("examples/quote.ts"))
    expect(text("README.md")).toContain(text("examples/quote.txt"))
  }
})

test("every function that the README names is exported", async () => {
  const exported: Readonly<Record<string, unknown>> = { ...(await import("../src/index.ts")) }
  const table = text("README.md").split("## Functions")[1]?.split("\n## ")[0] ?? ""
  const named = [...table.matchAll(/^\| `(\w+)/gm)].map(([, name]) => name!)
  expect(named.length).toBeGreaterThan(25)
  for (const name of named) expect(exported[name], name).toBeTypeOf("function")
})
