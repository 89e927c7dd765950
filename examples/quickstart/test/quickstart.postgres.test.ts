/** The quickstart on PostgreSQL prints what it prints on SQLite, and its journal ends with the same hash. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { postgres } from "@anbud/adapter-pg"
import { expect, inject, test } from "vitest"
import { DATA, temporaryStage } from "./stage.ts"

const EXAMPLE = join(DATA, "..")

test("the story on PostgreSQL prints what is committed, writes the same copies, and ends with SQLite's head", async () => {
  const onFile = temporaryStage()
  const onPostgres = temporaryStage(() => postgres({ connectionString: inject("databaseUrl"), schema: "Quick start" }))
  try {
    const expected = await onFile.run()
    const first = await onPostgres.run({ out: onPostgres.folder })
    expect(first.printed).toBe(readFileSync(join(EXAMPLE, "output.txt"), "utf8"))
    expect(first.head).toEqual(expected.head)
    for (const name of ["quote.html", "quote-internal.html", "margin-waterfall.svg", "capacity-by-week.svg"])
      expect(readFileSync(join(onPostgres.folder, name), "utf8"), name).toBe(
        readFileSync(join(EXAMPLE, "out", name), "utf8"),
      )
    const again = await onPostgres.run()
    expect([again.replayed, again.head]).toEqual([again.sent, first.head])
  } finally {
    onFile.remove()
    onPostgres.remove()
  }
})
