/** Naming: a file is called after what it is about, so nothing may be called after being useful. */
import { type Check, isScript } from "./source.ts"

const VAGUE = /^(utils?|helpers?|common|misc)$|(Utils?|Helpers?|Common|Misc)$|[-_.](utils?|helpers?|common|misc)$/

export const fileNames: Check = (sources) =>
  sources.filter(isScript).flatMap(({ path }) => {
    const vague = path
      .replace(/(\.test)?\.\w+$/, "")
      .split("/")
      .find((part) => VAGUE.test(part))
    if (vague === undefined) return []
    return [{ check: "fileNames", path, line: 0, message: `“${vague}” says nothing: name the file after its noun` }]
  })
