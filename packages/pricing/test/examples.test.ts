import { readFileSync } from "node:fs"
import { expect, test, vi } from "vitest"

const text = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8")

test.each([
  ["quote", () => import("../examples/quote.ts")],
  ["instalments", () => import("../examples/instalments.ts")],
  ["priceBook", () => import("../examples/priceBook.ts")],
  ["everyFunction", () => import("../examples/everyFunction.ts")],
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

test("the README names every exported function, and each is called in an example that runs", async () => {
  const exported: Readonly<Record<string, unknown>> = { ...(await import("../src/index.ts")) }
  const table = text("README.md").split("## Functions")[1]?.split("\n## ")[0] ?? ""
  const named = [...table.matchAll(/^\| `(\w+)/gm)].map(([, name]) => name!)
  expect(named.length).toBeGreaterThan(25)
  for (const name of named) expect(exported[name], name).toBeTypeOf("function")
  const functions = Object.keys(exported).filter((name) => typeof exported[name] === "function")
  expect(functions.filter((name) => !named.includes(name) && name !== "ok" && name !== "refuse")).toEqual([])
  const examples = ["quote", "instalments", "priceBook", "everyFunction"]
    .map((name) => text(`examples/${name}.ts`))
    .join()
  for (const name of named) expect(examples, name).toContain(`${name}(`)
})
