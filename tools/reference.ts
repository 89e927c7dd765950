/** `npm run reference`: writes the pages of docs/reference that are made from the code. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { ERRORS, errorPages } from "./reference/errorPages.ts"
import { root } from "./workspace.ts"

const folder = join(root, ERRORS)
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const pages = await errorPages()
for (const [name, text] of pages) writeFileSync(join(folder, name), text)
console.log(`${ERRORS}: ${pages.size} pages`)
