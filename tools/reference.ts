/** `npm run reference`: writes the pages of docs/reference, and the schema of this release, from the code. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { references } from "./reference/definitions.ts"
import { ERRORS, errorPages } from "./reference/errorPages.ts"
import { root } from "./workspace.ts"

const folder = join(root, ERRORS)
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const pages = await errorPages()
for (const [name, text] of pages) writeFileSync(join(folder, name), text)
console.log(`${ERRORS}: ${pages.size} pages`)

for (const { path, text } of references()) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
  console.log(path)
}
