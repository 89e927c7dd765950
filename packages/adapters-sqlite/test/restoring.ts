/** A process that restores a file over and over: `restoring.ts FILE BACKUP BACKUP`. It prints a line once it begins. */
import { sqlite } from "@anbud/adapter-sqlite"

const [file = "", ...backups] = process.argv.slice(2)
const store = sqlite({ file })
console.log("begun")
for (let count = 0; ; count += 1) await store.restore(backups[count % backups.length] ?? "", { overwrite: true })
