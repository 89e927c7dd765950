/** The quickstart's promises: its output, its second run, what a changed file changes, and what bad input does. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { isRefusal } from "@anbud/core"
import { afterEach, describe, expect, test } from "vitest"
import { DATA, edited, temporaryStage } from "./stage.ts"

const EXAMPLE = join(import.meta.dirname, "..")
let stage = temporaryStage()
afterEach(() => {
  stage.remove()
  stage = temporaryStage()
})

describe("the story", () => {
  test("prints what is committed, and writes the same copies and pictures", async () => {
    const ending = await stage.run({ out: stage.folder })
    expect(ending.printed).toBe(readFileSync(join(EXAMPLE, "output.txt"), "utf8"))
    for (const name of ["quote.html", "quote-internal.html", "margin-waterfall.svg", "capacity-by-week.svg"])
      expect(readFileSync(join(stage.folder, name), "utf8"), name).toBe(
        readFileSync(join(EXAMPLE, "out", name), "utf8"),
      )
  })

  test("sent again, every command is replayed and the journal's head is equal", async () => {
    const first = await stage.run()
    const second = await stage.run()
    expect(first.replayed).toBe(0)
    expect(second.sent).toBe(first.sent)
    expect(second.replayed).toBe(second.sent)
    expect(second.head).toEqual(first.head)
    expect(second.verified).toBe(true)
  })
})

describe("a changed file", () => {
  const promised = (printed: string): string => /Promised +(\S+)/.exec(printed)?.[1] ?? "none"
  const margin = (printed: string): string => /All firm lines.+/.exec(printed)?.[0] ?? "none"

  test("without Sara's holiday the promise is earlier, for another reason", async () => {
    const before = await stage.run()
    expect(promised(before.printed)).toBe("2025-04-11")
    expect(before.printed).toContain("Sara Fjellner is away (Semester)")
    stage.remove()
    stage = temporaryStage()
    const after = await stage.run({
      replaced: edited(stage.folder, "staff.csv", "2025-03-24..2025-04-04 Semester; ", ""),
    })
    expect(promised(after.printed)).toBe("2025-04-07")
    expect(after.printed).not.toContain("Sara Fjellner is away (Semester)")
  })

  test("a dearer heat pump lowers the margin and moves the waterfall", async () => {
    const before = await stage.run({ out: stage.folder })
    const picture = readFileSync(join(stage.folder, "margin-waterfall.svg"), "utf8")
    stage.remove()
    stage = temporaryStage()
    const row = /^P32;.*$/m.exec(readFileSync(join(DATA, "products.csv"), "utf8"))?.[0] ?? ""
    const dearer = row.replace(";93400,00;", ";95400,00;")
    expect(dearer).not.toBe(row)
    const after = await stage.run({ out: stage.folder, replaced: edited(stage.folder, "products.csv", row, dearer) })
    expect(margin(before.printed)).toContain("146 287,01")
    expect(margin(after.printed)).toContain("142 287,01")
    expect(readFileSync(join(stage.folder, "margin-waterfall.svg"), "utf8")).not.toBe(picture)
  })
})

interface Bad {
  readonly file: string
  readonly replaces: string
  readonly cause: string
  readonly line: number | null
  readonly field: string | null
  readonly value: string
}

describe("bad input", () => {
  const cases = JSON.parse(readFileSync(join(DATA, "bad", "expected.json"), "utf8")) as readonly Bad[]

  test.each(cases)("$file ($cause) is refused by name, nothing is half-written, and a rerun completes", async (bad) => {
    const refusal = await stage.run({ replaced: { [bad.replaces]: join(DATA, "bad", bad.file) } }).then(
      () => null,
      (error: unknown) => error,
    )
    if (!isRefusal(refusal)) throw refusal ?? new Error("was not refused")
    const said = JSON.stringify(refusal.params)
    if (bad.line !== null) {
      expect(refusal._tag).toBe("ImportRejected")
      expect(refusal.params["file"]).toBe(bad.replaces)
      expect(said).toContain(`"row":${bad.line}`)
    }
    if (bad.line === null && bad.field !== null && bad.field !== "instalments")
      expect(said).toContain(bad.field.replace(/\.currency$/, ""))
    const rerun = await stage.run()
    expect(rerun.verified).toBe(true)
    expect(rerun.printed).toContain("577 452,40")
  })
})
