/** The pages of docs/reference are what the code says now. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { ERRORS, errorPages } from "./reference/errorPages.ts"
import { root } from "./workspace.ts"

test("every error code has its page, and every page its error; `npm run reference` writes them", async () => {
  const pages = await errorPages()
  expect(readdirSync(join(root, ERRORS)).sort()).toEqual([...pages.keys()].sort())
  for (const [name, text] of pages) expect(readFileSync(join(root, ERRORS, name), "utf8")).toBe(text)
})
