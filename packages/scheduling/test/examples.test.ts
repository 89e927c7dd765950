/** The examples run, and what they print is what is written here and in the README. */
import { readFileSync } from "node:fs"
import { expect, test, vi } from "vitest"

const printed = async (run: () => Promise<unknown>): Promise<string> => {
  const lines: string[] = []
  const log = vi.spyOn(console, "log").mockImplementation((line: string) => {
    lines.push(line)
  })
  await run()
  log.mockRestore()
  return lines.join("\n")
}

test("examples/promise.ts", async () => {
  expect(await printed(() => import("../examples/promise.ts"))).toMatchInlineSnapshot(`
    "Delivery 2026-04-07.
    Paint the fence (Anna): 2026-03-30 08:00 to 2026-04-07 17:00
      24 h 00 min: work
      16 h 00 min: Anna is busy with Villa Ek
      145 h 00 min: outside the working hours of Anna
      8 h 00 min: Anna does not work (Långfredagen) 2026-04-03
      8 h 00 min: Anna does not work (Annandag påsk) 2026-04-06
    Leverans 2026-04-10.
    Paint the fence (Anna): 2026-03-30 08:00 till 2026-04-10 17:00
      24 h 00 min: arbete
      16 h 00 min: Anna är upptagen med Villa Ek
      193 h 00 min: utanför arbetstiden för Anna
      24 h 00 min: Anna är frånvarande (ill) 2026-04-01 – 2026-04-07
      8 h 00 min: Anna arbetar inte (Långfredagen) 2026-04-03
      8 h 00 min: Anna arbetar inte (Annandag påsk) 2026-04-06"
  `)
})

test("examples/recruit.ts", async () => {
  expect(await printed(() => import("../examples/recruit.ts"))).toMatchInlineSnapshot(`
    "2026-04: wanted 780 h, there is 618.75 h, missing 161.25 h of technician
    recruit 1.344 persons
    technician: 2026-W15 140.58333333333334 h, 2026-W16 140.58333333333334 h, 2026-W17 140.58333333333334 h"
  `)
})

test("the README shows the example as it is, and what it prints", async () => {
  const text = (file: string): string => readFileSync(new URL(file, import.meta.url), "utf8")
  const [, code = "", output = ""] = /```ts\n(.*?)```.*?```\n(.*?)```/s.exec(text("../README.md")) ?? []
  expect(text("../examples/promise.ts")).toContain(code.trim())
  expect(text("./examples.test.ts").replaceAll("\n    ", "\n")).toContain(output.trim())
})
